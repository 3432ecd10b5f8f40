extends RefCounted
## Reads an object of an answer field by field. What is not there, or null, is empty; `has` tells
## the difference.

const Row = preload("row.gd")

var _data: Dictionary = {}


func _init(data: Variant) -> void:
	if data is Dictionary:
		_data = data


## Whether that field has a value.
func has(name: String) -> bool:
	return _data.get(name) != null


func text(name: String) -> String:
	return str(_data[name]) if has(name) else ""


func whole(name: String) -> int:
	var value: Variant = _data.get(name)
	if value is String:
		var digits: String = value
		return digits.to_int()
	return int(number(name))


func number(name: String) -> float:
	var value: Variant = _data.get(name)
	if value is float or value is int:
		var found: float = value
		return found
	return 0.0


func truth(name: String) -> bool:
	return _data.get(name) == true


## Any JSON value.
func json(name: String) -> Variant:
	return _data.get(name)


## The member of an enum by its name in the API: a name that this client does not know is -1.
func member(name: String, members: Dictionary) -> int:
	var found: int = members.get(text(name), -1)
	return found


## The object below this one; an empty one if there is none.
func below(name: String) -> Row:
	return Row.new(_data.get(name))


## A list as it came.
func list(name: String) -> Array:
	var value: Variant = _data.get(name)
	if value is Array:
		return value
	return []


## The objects of a list.
func rows(name: String) -> Array[Row]:
	return list_of(_data.get(name))


## The scalars of a list, each as the only field of a row: `item`.
func items(name: String) -> Array[Row]:
	var found: Array[Row] = []
	for item: Variant in list(name):
		found.append(Row.new({"item": item}))
	return found


## The objects of anything that may be a list.
static func list_of(value: Variant) -> Array[Row]:
	var found: Array[Row] = []
	if value is Array:
		var given: Array = value
		for item: Variant in given:
			found.append(Row.new(item))
	return found
