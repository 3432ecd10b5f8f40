extends RefCounted
## What the start of the client found.

const ApiError = preload("api_error.gd")

## Whether the server knows everything that this client may ask, as far as it could be asked.
var ok: bool = true
## Whether the session of the last run was taken up.
var signed_in: bool = false
## The operations that the server does not know, or not in this way. What was added to it since is
## no difference.
var misfits: PackedStringArray = []
## Why the server could not be asked. Empty if it could.
var errors: Array[ApiError] = []
