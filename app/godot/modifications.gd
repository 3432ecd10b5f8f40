extends Node
## Runs the modifications that the platform applied.
##
## GDScript has no sandbox: a script can do whatever the game can, with the player's token too. That
## coordinators approve it is the wall. The hash only shows that what came is what they approved.

## One runs now.
signal started(title: String)
## One was not run, and why.
signal refused(title: String, reason: String)

## What a modification finds by this name: the node that it may change.
const STAGE: String = "stage"

var _running: Dictionary[String, Node] = {}


## Fetches the applied modifications and runs those that do not run yet.
func run() -> void:
	var filter: Dictionary = {"state": {"eq": Api.ModificationState.APPLIED}}
	var pages: Api.RunningModification.Pages = Api.modifications.as_running_modification().list(
		{"filter": filter}
	)
	while await pages.next():
		for modification: Api.RunningModification in pages.nodes:
			run_one(modification)


## Runs one, if it is applied, if its script is the one that was approved, and if it is a node's.
func run_one(modification: Api.RunningModification) -> void:
	if _running.has(modification.id):
		return
	if modification.state != Api.ModificationState.APPLIED:
		refused.emit(modification.title, "it is not applied")
		return
	if modification.source.sha256_text() != modification.source_hash:
		refused.emit(modification.title, "its script is not the one that was approved")
		return
	var script: GDScript = GDScript.new()
	script.source_code = modification.source
	if script.reload() != OK or script.get_instance_base_type() != &"Node":
		refused.emit(modification.title, "it is no script of a Node")
		return
	var node: Node = script.new()
	node.set_meta(STAGE, get_parent())
	_running[modification.id] = node
	add_child(node)
	started.emit(modification.title)


## Ends all of them.
func stop() -> void:
	for node: Node in _running.values():
		node.queue_free()
	_running.clear()
