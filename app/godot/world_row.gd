extends PanelContainer
## One world of the list, and the way there.

## Somebody goes there.
signal visited(world: Api.WorldCard)

var _world: Api.WorldCard = null

@onready var _name: Label = $Row/Texts/Name
@onready var _more: Label = $Row/Texts/More
@onready var _visit: Button = $Row/Visit


func _ready() -> void:
	var _connected: int = _visit.pressed.connect(_on_visit)


## Shows that world.
func show_world(world: Api.WorldCard) -> void:
	_world = world
	_name.text = world.name
	var owner_name: String = world.owner.display_name if world.owner != null else "somebody"
	var is_private: bool = world.visibility == Api.Visibility.PRIVATE
	var kind: String = "Private, " if is_private else ""
	_more.text = "%sby %s, %d members" % [kind, owner_name, world.member_count]


func _on_visit() -> void:
	visited.emit(_world)
