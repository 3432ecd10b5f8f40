extends "store.gd"
## Keeps small texts in a browser: in its `localStorage`, which is written at once, is shared by all
## windows of the game, and says when it is full. `user://` is none of these there: each window has
## its own copy in memory, and writes it over that of another.

var _local: JavaScriptObject = JavaScriptBridge.get_interface("localStorage")


func names() -> PackedStringArray:
	var found: Array[String] = []
	for key: String in _keys():
		if key.ends_with(ENDING):
			found.append(key.trim_prefix(_folder + "/"))
	found.sort()
	return PackedStringArray(found)


func remove(name: String) -> void:
	if _local != null:
		var _nothing: Variant = _local.call("removeItem", _path(name))


func _text(name: String) -> String:
	if _local == null:
		return ""
	var text: Variant = _local.call("getItem", _path(name))
	return str(text) if text is String else ""


func _write_text(name: String, text: String) -> bool:
	if _local == null:
		return false
	var _nothing: Variant = _local.call("setItem", _path(name), text)
	return _text(name) == text


func _rename(name: String, to: String) -> void:
	if _write_text(to, _text(name)):
		remove(name)


func _aside() -> PackedStringArray:
	var found: Array[String] = []
	for key: String in _keys():
		if key.ends_with(ENDING + ASIDE):
			found.append(key.trim_prefix(_folder + "/"))
	return PackedStringArray(found)


## The keys of this folder, without those of folders below it.
func _keys() -> PackedStringArray:
	var found: Array[String] = []
	if _local == null:
		return []
	var length: int = _local.get("length")
	for number: int in length:
		var key: String = str(_local.call("key", number))
		if key.begins_with(_folder + "/") and not key.trim_prefix(_folder + "/").contains("/"):
			found.append(key)
	return PackedStringArray(found)
