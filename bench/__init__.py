"""How quick Plumbline's pages are beside the least that Flask can do: `make bench`."""
