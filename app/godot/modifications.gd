extends Node
## Runs the modifications that the platform applied.
##
## GDScript has no sandbox: a script can do whatever the game can, with the player's token too. That
## coordinators approve it is the wall. The hash only shows that what came is what they approved.

## One runs now.
signal started(title: String)
## One was not run, and why.
signal refused(title: String, reason: String)

## A modification finds by this name, among its metadata, the node to put things on.
const STAGE: String = "stage"

## The stage of each that runs, which ends with it.
var _running: Dictionary[String, Node] = {}
## How often everything was ended: what was asked for before then does not run any more.
var _ends: int = 0


## Fetches the applied modifications and runs those that do not run yet.
func run() -> void:
	var filter: Dictionary = {"state": {"eq": Api.ModificationState.APPLIED}}
	var pages: Api.RunningModification.Pages = Api.modifications.as_running_modification().list(
		{"filter": filter}
	)
	var ends: int = _ends
	while await pages.next():
		if ends != _ends:
			return
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
	var written: GDScript = GDScript.new()
	written.source_code = modification.source
	if written.reload() != OK or written.get_instance_base_type() != &"Node":
		refused.emit(modification.title, "it is no script of a Node")
		return
	var stage: Control = Control.new()
	stage.name = "Stage"
	var node: Node = written.new()
	node.set_meta(STAGE, stage)
	_running[modification.id] = stage
	get_parent().add_child(stage)
	stage.add_child(node)
	started.emit(modification.title)


## How many run.
func size() -> int:
	return _running.size()


## Ends all of them, and takes away what they put on their stages.
func stop() -> void:
	_ends += 1
	for stage: Node in _running.values():
		stage.queue_free()
	_running.clear()
