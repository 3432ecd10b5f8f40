extends RefCounted
## Turns what a game gives into what the API takes: names in snake case into the API's, members of
## enums into their names. What does not fit is found here, before anything is sent, with its path
## and the nearest name.

const ApiError = preload("api_error.gd")

## The fields of each input type: by name in snake case, the API's name and type.
var _types: Dictionary = {}
## The members of each enum: by the API's name, the number.
var _enums: Dictionary = {}


func _init(types: Dictionary, enums: Dictionary) -> void:
	_types = types
	_enums = enums


## The value as the API takes it. What is wrong with it is added to `errors`.
func encode(
	type: String, value: Variant, path: PackedStringArray, errors: Array[ApiError]
) -> Variant:
	var inner: String = type.trim_suffix("!")
	if value == null:
		if type.ends_with("!"):
			_refuse(errors, path, "a value is required")
		return null
	if inner.begins_with("["):
		return _encode_list(inner.substr(1, inner.length() - 2), value, path, errors)
	if _types.has(inner):
		return _encode_fields(inner, value, path, errors)
	if _enums.has(inner):
		return _encode_member(inner, value, path, errors)
	return _encode_scalar(inner, value, path, errors)


## That there is no such name, and which of those that there are is like it.
static func unknown(name: String, known: Dictionary, path: PackedStringArray) -> ApiError:
	var nearest: String = ""
	var likeness: float = 0.35
	for other: String in known:
		if other.similarity(name) > likeness:
			likeness = other.similarity(name)
			nearest = other
	var message: String = "there is no `%s` here" % name
	if not nearest.is_empty():
		message += "; `%s` has a similar name" % nearest
	return ApiError.new(ApiError.Code.INVALID, message, path, [name])


func _encode_list(
	type: String, value: Variant, path: PackedStringArray, errors: Array[ApiError]
) -> Variant:
	if not (value is Array or value is PackedStringArray):
		_refuse(errors, path, "a list is wanted")
		return null
	var encoded: Array = []
	var n: int = 0
	for item: Variant in value:
		encoded.append(encode(type, item, _below(path, str(n)), errors))
		n += 1
	return encoded


func _encode_fields(
	type: String, value: Variant, path: PackedStringArray, errors: Array[ApiError]
) -> Variant:
	if not value is Dictionary:
		_refuse(errors, path, "a dictionary is wanted")
		return null
	var given: Dictionary = value
	var fields: Dictionary = _types[type]
	var encoded: Dictionary = {}
	for key: Variant in given:
		var name: String = str(key)
		if not fields.has(name):
			errors.append(unknown(name, fields, _below(path, name)))
			continue
		var field: Array = fields[name]
		var api_name: String = field[0]
		var api_type: String = field[1]
		encoded[api_name] = encode(api_type, given[key], _below(path, name), errors)
	for name: String in fields:
		var field: Array = fields[name]
		var is_required: bool = field[2]
		if is_required and not given.has(name):
			_refuse(errors, _below(path, name), "a value is required")
	return encoded


func _encode_member(
	type: String, value: Variant, path: PackedStringArray, errors: Array[ApiError]
) -> Variant:
	var members: Dictionary = _enums[type]
	if value is int and members.find_key(value) != null:
		return members.find_key(value)
	if (value is String or value is StringName) and members.has(str(value)):
		return str(value)
	_refuse(errors, path, "a member of %s is wanted" % type)
	return null


func _encode_scalar(
	type: String, value: Variant, path: PackedStringArray, errors: Array[ApiError]
) -> Variant:
	var wanted: String = ""
	match type:
		"JSON":
			if not _is_json(value):
				_refuse(errors, path, "JSON has neither NAN nor INF")
			return value
		"Boolean":
			wanted = "" if value is bool else "true or false"
		"Int", "BigInt":
			wanted = "" if value is int else "a whole number"
		"Float":
			wanted = "" if (value is float or value is int) and _is_json(value) else "a number"
		_:
			wanted = "" if value is String or value is StringName else "a text"
	if not wanted.is_empty():
		_refuse(errors, path, "%s is wanted" % wanted)
		return null
	return str(value) if type == "BigInt" or value is StringName else value


## Whether there are no numbers in it that JSON cannot say.
func _is_json(value: Variant) -> bool:
	if value is float:
		var number: float = value
		return is_finite(number)
	var items: Array = []
	if value is Array:
		items = value
	elif value is Dictionary:
		var given: Dictionary = value
		items = given.values()
	return items.all(_is_json)


func _refuse(errors: Array[ApiError], path: PackedStringArray, message: String) -> void:
	var fields: PackedStringArray = path.slice(-1)
	errors.append(
		ApiError.new(ApiError.Code.INVALID, "%s: %s" % [".".join(path), message], path, fields)
	)


func _below(path: PackedStringArray, name: String) -> PackedStringArray:
	return path + PackedStringArray([name])
