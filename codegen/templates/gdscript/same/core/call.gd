extends RefCounted
## One call of the API before it is a request: the field, the operation's text and what is given, as
## the game named it.

const ApiError = preload("api_error.gd")
const Inputs = preload("inputs.gd")
const Request = preload("request.gd")

## The field of the API: `recordActivity`.
var field: String = ""
var text: String = ""
## As the API names them.
var variables: Dictionary = {}
## What is wrong with what was given; then nothing is sent.
var errors: Array[ApiError] = []
## Whether it may wait for a connection.
var can_wait: bool = false
## Whether a mutation may be sent again under a key.
var takes_key: bool = true

## What is given in the input object, as the API names it.
var _input: Dictionary = {}


func _init(of_field: String, with_text: String, selection: String) -> void:
	field = of_field
	text = whole(with_text, selection)


## The text of an operation that asks for this. With a suffix its name is another one, so that it
## can stand beside itself in one document.
static func whole(operation: String, selection: String, suffix: String = "") -> String:
	var after_name: int = operation.find(" ") + 1 + Request.name_of(operation).length()
	return operation.insert(after_name, suffix).replace("<selection>", selection)


## The texts of several operations, each with what it asks for.
static func whole_of_each(operations: Dictionary, suffix: String) -> PackedStringArray:
	var texts: Array[String] = []
	for operation: String in operations:
		var selection: String = operations[operation]
		texts.append(whole(operation, selection, suffix))
	return PackedStringArray(texts)


## Gives a variable a value that has that type of the API: `[ActivitySort!]`.
func give(name: String, type: String, value: Variant, inputs: Inputs) -> void:
	variables[name] = inputs.encode(type, value, [name], errors)


## Gives a field of the input object a value.
func give_input(name: String, type: String, value: Variant, inputs: Inputs) -> void:
	_input[name] = inputs.encode(type, value, ["input", name], errors)


## Gives what a game named in `more`. The table says what that may be: the API's name and type, and
## whether it is a field of the input object.
func take(more: Dictionary, table: Dictionary, inputs: Inputs) -> void:
	for key: Variant in more:
		var name: String = str(key)
		if not table.has(name):
			errors.append(Inputs.unknown(name, table, [name]))
			continue
		var entry: Array = table[name]
		var api_name: String = entry[0]
		var type: String = entry[1]
		var is_input: bool = entry[2]
		if is_input:
			give_input(api_name, type, more[key], inputs)
		else:
			give(api_name, type, more[key], inputs)


## Sends the input object, whatever is in it.
func send_input() -> void:
	variables["input"] = _input
