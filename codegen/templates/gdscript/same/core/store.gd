extends RefCounted
## Keeps small texts as files in a folder of `user://`, each whole or not at all.

## What each name ends with.
const ENDING: String = ".json"
## What is put aside ends with this too, until it is taken up again.
const ASIDE: String = ".aside"
## What cannot be read ends with this too. It stays where it is, for somebody to look at.
const DAMAGED: String = ".damaged"
## A file that is being written.
const HALF: String = ".half"
## The seconds after which a half of a file is what a game left that was ended in the middle.
const LEFT_AFTER: int = 600

var _folder: String = ""


func _init(folder: String) -> void:
	_folder = folder


## The names of what is kept, sorted.
func names() -> PackedStringArray:
	var found: Array[String] = []
	for name: String in _files():
		if name.ends_with(ENDING):
			found.append(name)
	found.sort()
	return PackedStringArray(found)


## The dictionary that is kept under that name; empty if there is none, or none that can be read
## now.
func read(name: String) -> Dictionary:
	var json: JSON = JSON.new()
	if json.parse(_text(name)) != OK or not json.data is Dictionary:
		return {}
	return json.data


## Whether something is kept under that name that no dictionary can be made of.
func is_damaged(name: String) -> bool:
	return not _text(name).is_empty() and read(name).is_empty()


## Keeps a dictionary under that name, in the place of what was there. False if it could not: then
## what was there still is.
func write(name: String, value: Dictionary) -> bool:
	return _write_text(name, JSON.stringify(value))


## Forgets what is kept under that name, if anything is.
func remove(name: String) -> void:
	if FileAccess.file_exists(_path(name)):
		var _removed: Error = DirAccess.remove_absolute(_path(name))


## Puts aside what is not wanted now: it is no more among the names, and is kept.
func set_aside(name: String) -> void:
	_rename(name, name + ASIDE)


## Puts aside what cannot be read.
func set_damaged(name: String) -> void:
	_rename(name, name + DAMAGED)


## Takes up again what was put aside, and clears away what a game left that was ended in the middle
## of writing.
func tidy() -> void:
	for name: String in _aside():
		_rename(name, name.trim_suffix(ASIDE))
	for name: String in _files():
		if name.ends_with(HALF):
			var age: float = (
				Time.get_unix_time_from_system() - FileAccess.get_modified_time(_path(name))
			)
			if age > LEFT_AFTER:
				remove(name)


func _text(name: String) -> String:
	return FileAccess.get_file_as_string(_path(name))


func _write_text(name: String, text: String) -> bool:
	if DirAccess.make_dir_recursive_absolute(_folder) != OK:
		return false
	var half: String = "%s.%d%s" % [_path(name), Time.get_ticks_usec(), HALF]
	var file: FileAccess = FileAccess.open(half, FileAccess.WRITE)
	if file == null:
		return false
	var is_stored: bool = file.store_string(text)
	file.close()
	is_stored = is_stored and FileAccess.get_file_as_string(half) == text
	is_stored = is_stored and DirAccess.rename_absolute(half, _path(name)) == OK
	if not is_stored:
		var _removed: Error = DirAccess.remove_absolute(half)
	return is_stored


func _rename(name: String, to: String) -> void:
	var _renamed: Error = DirAccess.rename_absolute(_path(name), _path(to))


func _aside() -> PackedStringArray:
	var found: Array[String] = []
	for name: String in _files():
		if name.ends_with(ENDING + ASIDE):
			found.append(name)
	return PackedStringArray(found)


func _files() -> PackedStringArray:
	if not DirAccess.dir_exists_absolute(_folder):
		return []
	return DirAccess.get_files_at(_folder)


func _path(name: String) -> String:
	return _folder.path_join(name)
