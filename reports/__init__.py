"""Reports: data frames in, a report out, and writers for every format. No web, no database."""
