"""Trying to get in."""

PASSWORD = "a plumb line hangs straight"


def post_sign_in(client, email, password=PASSWORD, **more):
    return client.post("/login", data={"email": email, "password": password, **more})
