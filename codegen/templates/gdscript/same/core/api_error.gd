extends RefCounted
## Why a call was not done, or not answered.

## What to branch on. The first are the API's own; what follows `INTERNAL` is found by the client.
enum Code {
	UNAUTHENTICATED,  ## Nobody is signed in, and somebody must be.
	FORBIDDEN,  ## The one who is signed in may not do it.
	NOT_FOUND,  ## No such row, as far as the one who asks may know.
	INVALID,  ## The input, or the row's state, does not allow it.
	CONFLICT,  ## It collides with what is stored.
	RATE_LIMITED,  ## Too often; later it may work.
	LIMIT_EXCEEDED,  ## The request is larger than the limits allow.
	INVALID_CURSOR,  ## A page of a list that is no more asked for in this order.
	TIMEOUT,  ## It took too long and was stopped.
	UNAVAILABLE,  ## The server or its database cannot do it now.
	INTERNAL,  ## A fault of the server's.
	NO_CONNECTION,  ## No answer came: the network is away, or the server.
	NOT_UNDERSTOOD,  ## An answer came that this client cannot read.
	NOT_KEPT,  ## No answer came, and it could not be kept for later either.
}

var code: Code = Code.INTERNAL
## One sentence for people.
var message: String = ""
## The input at fault, `["input", "slug"]`. May be empty.
var path: PackedStringArray = []
## The fields at fault, as this client names them: `["occurred_at"]`. May be empty.
var fields: PackedStringArray = []


func _init(
	with_code: Code = Code.INTERNAL,
	with_message: String = "",
	with_path: PackedStringArray = [],
	with_fields: PackedStringArray = []
) -> void:
	code = with_code
	message = with_message
	path = with_path
	fields = with_fields


## The code of that name, as the API writes it; a name that this client does not know is `INTERNAL`.
static func code_named(name: String) -> Code:
	var number: int = Code.get(name, Code.INTERNAL)
	return number as Code


## The code's name, for a log or a screen: `NOT_FOUND`.
func code_name() -> String:
	return str(Code.find_key(code))


func _to_string() -> String:
	return "%s: %s" % [code_name(), message]
