extends RefCounted
## One request for one field of the API, as it is sent: it stays the same however often that is.

## An operation that asks for nothing: that it is answered shows that the API is there.
const FITS: String = "query Fits { fits: __typename }"

## The field of the API: `recordActivity`.
var field: String = ""
## What is posted: the operation, its name and its variables.
var body: String = ""
## The key under which the server does it once, however often it comes; empty where it is a read or
## nobody is signed in.
var key: String = ""
## Whether to send it again does no harm.
var is_repeatable: bool = false
var is_mutation: bool = false


func _init(
	with_field: String = "", with_text: String = "", with_variables: Dictionary = {}
) -> void:
	field = with_field
	is_mutation = with_text.begins_with("mutation")
	is_repeatable = not is_mutation
	if not with_text.is_empty():
		var name: String = name_of(with_text)
		var parts: Dictionary = {
			"query": with_text, "operationName": name, "variables": with_variables
		}
		body = JSON.stringify(parts)


## What was given with it, as the API names it.
func variables() -> Dictionary:
	var json: JSON = JSON.new()
	if json.parse(body) != OK or not json.data is Dictionary:
		return {}
	var posted: Dictionary = json.data
	var given: Variant = posted.get("variables")
	return given if given is Dictionary else {}


## Gives it a key, with which it may be sent again.
func take_key() -> void:
	key = _new_key()
	is_repeatable = true


## The name of an operation: `RecordActivity` of `mutation RecordActivity($input: …`.
static func name_of(text: String) -> String:
	return text.get_slice(" ", 1).get_slice("(", 0)


## A random UUID, version 4.
static func _new_key() -> String:
	var bytes: PackedByteArray = Crypto.new().generate_random_bytes(16)
	bytes[6] = (bytes[6] & 0x0F) | 0x40
	bytes[8] = (bytes[8] & 0x3F) | 0x80
	var hex: String = bytes.hex_encode()
	return (
		"%s-%s-%s-%s-%s"
		% [hex.substr(0, 8), hex.substr(8, 4), hex.substr(12, 4), hex.substr(16, 4), hex.substr(20)]
	)
