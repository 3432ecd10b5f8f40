extends RefCounted
## What came of a call. Each type of the API has a result of its own with a typed `value`; none of
## them is ever null.

const ApiError = preload("api_error.gd")
const Reply = preload("reply.gd")

## Whether it was done. Ask this first: else `value` is empty.
var ok: bool = false
## Whether it waits in the outbox, and will be sent when there is a connection.
var kept: bool = false
## Whether it was done and the row may not be seen by who did it: then `value` is empty.
var hidden: bool = false
## What went wrong beside it, where it was done: a part of the answer that could not be read.
var warnings: Array[ApiError] = []
## Why it was not done. Empty if it was, or if it waits.
var errors: Array[ApiError] = []
## The first of the errors; where there is none, one without a message.
var error: ApiError:
	get:
		return errors[0] if not errors.is_empty() else ApiError.new()


## Takes over what a reply says, all but its value.
func take(reply: Reply) -> void:
	ok = reply.is_done()
	kept = reply.is_kept
	errors = reply.errors
	warnings = reply.warnings
	hidden = ok and reply.value == null
