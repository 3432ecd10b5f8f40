extends RefCounted
## Keeps small texts as files in a folder of `user://`, each whole or not at all.

var _folder: String = ""


func _init(folder: String) -> void:
	_folder = folder


## The names of what is kept, sorted.
func names() -> PackedStringArray:
	if not DirAccess.dir_exists_absolute(_folder):
		return []
	var found: Array[String] = []
	for name: String in DirAccess.get_files_at(_folder):
		if name.ends_with(".json"):
			found.append(name)
	found.sort()
	return PackedStringArray(found)


## The dictionary that is kept under that name; empty if there is none, or none that can be read.
func read(name: String) -> Dictionary:
	var text: String = FileAccess.get_file_as_string(_folder.path_join(name))
	var json: JSON = JSON.new()
	if json.parse(text) != OK or not json.data is Dictionary:
		return {}
	return json.data


## Keeps a dictionary under that name, in the place of what was there. False if it could not: then
## what was there still is.
func write(name: String, value: Dictionary) -> bool:
	if DirAccess.make_dir_recursive_absolute(_folder) != OK:
		return false
	var path: String = _folder.path_join(name)
	var half: String = "%s.%d.half" % [path, Time.get_ticks_usec()]
	var file: FileAccess = FileAccess.open(half, FileAccess.WRITE)
	if file == null:
		return false
	var text: String = JSON.stringify(value)
	var is_stored: bool = file.store_string(text)
	file.close()
	is_stored = is_stored and FileAccess.get_file_as_string(half) == text
	is_stored = is_stored and DirAccess.rename_absolute(half, path) == OK
	if not is_stored:
		var _removed: Error = DirAccess.remove_absolute(half)
		return false
	_settle()
	return true


## Forgets what is kept under that name, if anything is.
func remove(name: String) -> void:
	var path: String = _folder.path_join(name)
	if FileAccess.file_exists(path):
		var _removed: Error = DirAccess.remove_absolute(path)
		_settle()


## Puts aside what cannot be read: it is no more among the names, and still there.
func set_aside(name: String) -> void:
	var path: String = _folder.path_join(name)
	var _renamed: Error = DirAccess.rename_absolute(path, path + ".aside")
	_settle()


## In a web build files live in memory until the browser is told.
func _settle() -> void:
	if OS.has_feature("web"):
		JavaScriptBridge.force_fs_sync()
