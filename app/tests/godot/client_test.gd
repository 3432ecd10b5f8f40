extends Node
## The client in the engine itself, over a transport that is not the network.

const FakeTransport = preload("res://addons/app/core/fake_transport.gd")

## What was found wrong, one sentence each.
var problems: PackedStringArray = []

var _fake: FakeTransport
var _is_finished: bool = false


## Runs every test and says how each went: `{name: [problem, …]}`.
func run() -> Dictionary:
	var found: Dictionary = {}
	for method: Dictionary in get_method_list():
		var name: String = method["name"]
		if name.begins_with("test_"):
			problems = []
			_is_finished = false
			await _begin()
			await Callable(self, name).call()
			if not _is_finished:
				problems.append("it ended in the middle")
			found[name] = problems
	return found


func test_a_required_argument_is_a_parameter_and_the_rest_is_named() -> void:
	_fake.answer("recordActivity", {"result": _activity("1"), "errors": []})
	var detail: Dictionary = {"place": "pier"}
	var made: Api.Activity.Result = await Api.activities.record(
		Api.ActivityKind.EXPLORE, {"detail": detail}
	)
	_equal(made.ok, true)
	_equal(made.value.id, "1")
	_equal(made.value.kind, Api.ActivityKind.EXPLORE)
	_equal(made.value.has_world_id, false)
	_equal(made.value.detail, {"place": "pier"})
	_equal(_fake.sent[0].operation, "RecordActivity")
	_equal(_fake.sent[0].variables, {"input": {"kind": "EXPLORE", "detail": {"place": "pier"}}})
	_is_finished = true


func test_what_does_not_fit_is_told_before_it_is_sent() -> void:
	var made: Api.Activity.Result = await Api.activities.record(
		Api.ActivityKind.EXPLORE, {"detial": {}}
	)
	_equal(made.ok, false)
	_equal(made.error.code, Api.ErrorCode.INVALID)
	_equal(made.error.message, "there is no `detial` here; `detail` has a similar name")
	_equal(made.error.fields, PackedStringArray(["detial"]))
	var pages: Api.World.Pages = Api.worlds.list({"filter": {"capacity": {"eq": "many"}}})
	_equal(await pages.next(), false)
	_equal(pages.ok, false)
	_equal(pages.error.message, "filter.capacity.eq: a whole number is wanted")
	_equal(_fake.sent.size(), 0)
	_is_finished = true


func test_a_row_that_is_not_there_is_an_error() -> void:
	_fake.answer("world", null)
	var found: Api.World.Result = await Api.worlds.find("x")
	_equal(found.ok, false)
	_equal(found.error.code, Api.ErrorCode.NOT_FOUND)
	_equal(found.value.name, "")
	_is_finished = true


func test_a_refusal_has_its_code_and_fields() -> void:
	var error: Dictionary = {
		"code": "INVALID", "message": "is short", "path": ["input", "occurredAt"], "fields": ["occurredAt"]
	}
	_fake.answer("recordActivity", {"result": null, "errors": [error]})
	var made: Api.Activity.Result = await Api.activities.record(Api.ActivityKind.BUILD)
	_equal(made.ok, false)
	_equal(made.error.code, Api.ErrorCode.INVALID)
	_equal(made.error.fields, PackedStringArray(["occurred_at"]))
	_is_finished = true


func test_pages_are_read_one_after_the_other() -> void:
	_fake.answer("worlds", _page([_world("1"), _world("2")], true, "c"))
	_fake.answer("worlds", _page([_world("3")], false, "d"))
	var names: PackedStringArray = []
	var pages: Api.World.Pages = Api.worlds.list({"first": 2, "with_total": true})
	while await pages.next():
		for world: Api.World in pages.nodes:
			names.append(world.name)
	_equal(names, PackedStringArray(["World 1", "World 2", "World 3"]))
	_equal(pages.ok, true)
	_equal(pages.total_count, 3)
	_equal(_fake.sent[1].variables["after"], "c")
	_equal(_fake.sent.size(), 2)
	_is_finished = true


func test_a_list_that_does_not_come_is_no_empty_list() -> void:
	_fake.answer_with("worlds", 200, "<html>Welcome to the hotel</html>")
	var pages: Api.World.Pages = Api.worlds.list()
	_equal(await pages.next(), false)
	_equal(pages.ok, false)
	_equal(pages.error.code, Api.ErrorCode.NOT_UNDERSTOOD)
	_equal(pages.has_next, true)
	_is_finished = true


func test_reads_are_repeated_and_writes_of_nobody_are_not() -> void:
	_fake.answer_with("worlds", 503, "", {"retry-after": "0"})
	_fake.answer("worlds", _page([_world("1")], false, "c"))
	var pages: Api.World.Pages = Api.worlds.list()
	_equal(await pages.next(), true)
	_equal(_fake.sent.size(), 2)
	_fake.answer_with("createWorld", 503, "", {"retry-after": "0"})
	var made: Api.World.Result = await Api.worlds.create("Pier", "pier")
	_equal(made.ok, false)
	_equal(made.error.code, Api.ErrorCode.UNAVAILABLE)
	_equal(_fake.sent.size(), 3)
	_equal(_fake.sent[2].key, "")
	_is_finished = true


func test_statuses_have_their_codes() -> void:
	_fake.answer_with("world", 413, "")
	_equal((await Api.worlds.find("x")).error.code, Api.ErrorCode.LIMIT_EXCEEDED)
	_fake.answer_with("user", 429, "", {"retry-after": "0"})
	_equal((await Api.users.find("x")).error.code, Api.ErrorCode.RATE_LIMITED)
	_fake.answer_with("activity", 503, "", {"retry-after": "0"})
	_equal((await Api.activities.find("x")).error.code, Api.ErrorCode.UNAVAILABLE)
	_is_finished = true


func test_a_write_of_somebody_keeps_its_key_over_attempts() -> void:
	await _sign_in("u1")
	_fake.drop("createWorld")
	_fake.answer("createWorld", {"result": _world("1"), "errors": []})
	var made: Api.World.Result = await Api.worlds.create("Pier", "pier")
	_equal(made.ok, true)
	_equal(_fake.sent[2].key.length(), 36)
	_equal(_fake.sent[2].key, _fake.sent[3].key)
	_is_finished = true


func test_what_is_recorded_without_a_connection_waits_in_order() -> void:
	await _sign_in("u1")
	var events: PackedStringArray = []
	var note: Callable = func(field: String, _key: String) -> void: events.append(field)
	var _connected: int = Api.outbox.sent.connect(note)
	_fake.is_away = true
	var one: Api.Activity.Result = await Api.activities.record(Api.ActivityKind.EXPLORE)
	var two: Api.Activity.Result = await Api.activities.record(Api.ActivityKind.BUILD)
	_equal([one.ok, one.kept, two.kept], [false, true, true])
	_equal(Api.outbox.size(), 2)
	_fake.is_away = false
	_fake.answer("recordActivity", {"result": _activity("1"), "errors": []})
	await Api.outbox.flush()
	_equal(Api.outbox.size(), 0)
	_equal(_kinds(), ["EXPLORE", "BUILD"])
	_equal(events, PackedStringArray(["recordActivity", "recordActivity"]))
	Api.outbox.sent.disconnect(note)
	_is_finished = true


func test_an_entry_stays_until_its_answer_has_come() -> void:
	await _sign_in("u1")
	_fake.drop("recordActivity")
	_fake.answer_with("recordActivity", 502, "<html>Bad gateway</html>")
	_fake.answer_with("recordActivity", 200, "<html>Welcome to the hotel</html>")
	_fake.answer("recordActivity", {"result": _activity("1"), "errors": []})
	var made: Api.Activity.Result = await Api.activities.record(Api.ActivityKind.EXPLORE)
	_equal(made.kept, true)
	for attempt: int in 3:
		_equal(Api.outbox.size(), 1)
		await Api.outbox.flush()
	_equal(Api.outbox.size(), 0)
	var keys: Dictionary = {}
	for sent: FakeTransport.Sent in _sent("RecordActivity"):
		keys[sent.key] = true
	_equal([keys.size(), _sent("RecordActivity").size()], [1, 4])
	_is_finished = true


func test_another_person_does_not_send_what_waits() -> void:
	await _sign_in("u1")
	_fake.is_away = true
	await Api.activities.record(Api.ActivityKind.EXPLORE)
	await Api.session.sign_out()
	_fake.is_away = false
	await _sign_in("u2")
	_equal(Api.outbox.size(), 0)
	await Api.outbox.flush()
	_equal(_kinds(), [])
	_is_finished = true


func test_without_space_the_answer_alone_counts() -> void:
	await _sign_in("u1")
	# What a browser gives is a few megabytes: they are used up, down to the last bytes.
	JavaScriptBridge.eval(
		"""for (let size = 1 << 22; size > 0; size >>= 1) {
			try {
				for (;;) localStorage.setItem('fill' + size + Math.random(), 'x'.repeat(size));
			} catch {}
		}"""
	)
	_fake.answer("recordActivity", {"result": _activity("1"), "errors": []})
	_equal((await Api.activities.record(Api.ActivityKind.EXPLORE)).ok, true)
	_equal(_kept().size(), 0)
	_fake.forget("recordActivity")
	_fake.answer_with("recordActivity", 503, "", {"retry-after": "0"})
	var lost: Api.Activity.Result = await Api.activities.record(Api.ActivityKind.BUILD)
	_equal(lost.kept, false)
	_equal(lost.errors[1].code, Api.ErrorCode.NOT_KEPT)
	JavaScriptBridge.eval(
		"for (const key of Object.keys(localStorage)) if (key.startsWith('fill')) localStorage.removeItem(key)"
	)
	_is_finished = true


func test_a_refused_token_ends_the_session_and_keeps_what_waits() -> void:
	await _sign_in("u1")
	_fake.answer_with("recordActivity", 401, '{"errors": [{"message": "x", "extensions": {"code": "UNAUTHENTICATED"}}]}')
	var made: Api.Activity.Result = await Api.activities.record(Api.ActivityKind.EXPLORE)
	_equal(made.kept, true)
	_equal(Api.session.is_signed_in(), false)
	_fake.forget("recordActivity")
	_fake.answer("recordActivity", {"result": _activity("1"), "errors": []})
	await _sign_in("u1")
	while Api.outbox.size() > 0:
		await get_tree().process_frame
	_equal(_kinds(), ["EXPLORE", "EXPLORE"])
	_is_finished = true


func test_operations_that_the_server_does_not_know_are_named() -> void:
	var body: String = '{"errors": [{"message": "no", "locations": [{"line": 2, "column": 9}], "extensions": {"code": "INVALID"}}]}'
	_fake.answer_with("fits", 200, body)
	var started: Api.StartResult = await Api.start()
	_equal(started.ok, false)
	_equal(started.misfits[0], "RequestSignInCode")
	_is_finished = true


func test_a_page_of_another_server_and_a_fault_are_no_answer() -> void:
	await _sign_in("u1")
	var whole: String = '{"errors": [{"message": "no", "extensions": {"code": "INVALID"}}]}'
	for body: String in [whole, '{"data": {}}', '{"data": {"recordActivity": null}}', "{}", "<html>"]:
		_fake.answer_with("recordActivity", 200, body)
	_fake.answer("recordActivity", {"result": null, "errors": [{"code": "INTERNAL", "message": "x"}]})
	_fake.answer("recordActivity", {"result": _activity("1"), "errors": []})
	var made: Api.Activity.Result = await Api.activities.record(Api.ActivityKind.EXPLORE)
	_equal(made.kept, true)
	for attempt: int in 5:
		_equal(_kept().size(), 1)
		await Api.outbox.flush()
	_equal(_kept().size(), 1)
	await Api.outbox.flush()
	_equal(_kept().size(), 0)
	_is_finished = true


func test_what_the_server_never_answers_lets_the_rest_pass_and_comes_again() -> void:
	await _sign_in("u1")
	var aside: Array = []
	var note: Callable = func(field: String, _key: String, _errors: Array) -> void: aside.append(field)
	var _connected: int = Api.outbox.put_aside.connect(note)
	_fake.answer_with("recordActivity", 403, "<html>Blocked</html>")
	_fake.answer("world", _world("1"))
	_equal((await Api.activities.record(Api.ActivityKind.EXPLORE)).kept, true)
	for attempt: int in 9:
		# While nobody is answered, nothing is put aside.
		await Api.outbox.flush()
	_equal(aside, [])
	for attempt: int in 4:
		await Api.worlds.find("1")
		await Api.outbox.flush()
	_equal(aside, ["recordActivity"])
	_equal([Api.outbox.size(), _kept().size()], [0, 0])
	_fake.forget("recordActivity")
	_fake.answer("recordActivity", {"result": _activity("1"), "errors": []})
	Api.outbox.restore()
	await Api.outbox.flush()
	_equal([Api.outbox.size(), _kept().size()], [0, 0])
	_equal(_kinds().back(), "EXPLORE")
	Api.outbox.put_aside.disconnect(note)
	_is_finished = true


func test_a_game_that_sends_nothing_else_does_not_wait_for_ever() -> void:
	await _sign_in("u1")
	_fake.answer_with("recordActivity", 403, "<html>Blocked</html>")
	_fake.answer("fits", "Query")
	_equal((await Api.activities.record(Api.ActivityKind.EXPLORE)).kept, true)
	for attempt: int in 4:
		await Api.outbox.flush()
	_equal([Api.outbox.size(), _kept().size()], [0, 0])
	_is_finished = true


func test_a_refusal_of_the_last_session_does_not_hold_up_the_next() -> void:
	await _sign_in("u1")
	_fake.answer_with(
		"recordActivity",
		401,
		'{"errors": [{"message": "x", "extensions": {"code": "UNAUTHENTICATED"}}]}'
	)
	_fake.answer("recordActivity", {"result": _activity("1"), "errors": []})
	var record: Callable = func() -> void:
		var _made: Api.Activity.Result = await Api.activities.record(Api.ActivityKind.EXPLORE)
	record.call()
	while _fake.busy == 0:
		await get_tree().process_frame
	# Somebody signs in while the answer is on its way.
	Api._sender.use_token("another")
	Api.session.found.emit("u1")
	for frame: int in 20:
		await get_tree().process_frame
	_equal([Api.outbox.size(), _kept().size()], [0, 0])
	_equal(_fake.sent.back().token, "another")
	_is_finished = true


func test_an_answer_of_another_shape_stops_nothing() -> void:
	_fake.answer("worlds", {"nodes": null, "pageInfo": null, "totalCount": null})
	var pages: Api.World.Pages = Api.worlds.list()
	_equal(await pages.next(), false)
	_equal([pages.ok, pages.has_next, pages.total_count], [true, false, -1])
	_fake.answer_with("world", 200, '{"errors": [{"message": 1, "locations": [{"line": "x"}], "extensions": []}]}')
	_equal((await Api.worlds.find("1")).error.code, Api.ErrorCode.INTERNAL)
	_fake.answer("requestSignInCode", {"result": {"flow": 7}, "errors": []})
	_fake.forget("signInWithCode")
	_fake.answer("signInWithCode", {"result": {"token": "t", "user": null}, "errors": []})
	await Api.session.request_code("Ann@Example.org")
	await Api.session.sign_in("123456")
	_equal(Api.session.user_id, "ann@example.org")
	_is_finished = true


func test_every_session_that_was_ended_is_told_of() -> void:
	for id: String in ["u1", "u2"]:
		_fake.is_away = false
		await _sign_in(id)
		_fake.is_away = true
		await Api.session.sign_out()
	_fake.is_away = false
	for attempt: int in 2:
		await Api.session.tell_ended()
		var told: Array = _sent("SignOut").map(
			func(one: FakeTransport.Sent) -> String: return one.token
		)
		_equal(told, ["tu1", "tu2"])
	_is_finished = true


func test_what_is_refused_later_says_what_it_was() -> void:
	await _sign_in("u1")
	var told: Array = []
	var note: Callable = func(_field: String, _key: String, given: Dictionary, errors: Array) -> void:
		told.append([given, errors[0].code])
	var _connected: int = Api.outbox.refused.connect(note)
	_fake.is_away = true
	await Api.activities.record(Api.ActivityKind.BUILD)
	_fake.is_away = false
	var error: Dictionary = {"code": "FORBIDDEN", "message": "no"}
	_fake.answer("recordActivity", {"result": null, "errors": [error]})
	await Api.outbox.flush()
	_equal(told, [[{"input": {"kind": "BUILD"}}, Api.ErrorCode.FORBIDDEN]])
	_equal(_kept().size(), 0)
	Api.outbox.refused.disconnect(note)
	_is_finished = true


func test_what_was_done_is_done_though_a_part_of_it_cannot_be_read() -> void:
	await _sign_in("u1")
	var body: Dictionary = {
		"data": {"recordActivity": {"result": _activity("1"), "errors": []}},
		"errors": [{"message": "no", "path": ["recordActivity", "result", "user"], "extensions": {"code": "TIMEOUT"}}]
	}
	_fake.answer_with("recordActivity", 200, JSON.stringify(body))
	var made: Api.Activity.Result = await Api.activities.record(Api.ActivityKind.EXPLORE)
	_equal([made.ok, made.value.id, made.warnings[0].code], [true, "1", Api.ErrorCode.TIMEOUT])
	_equal(_kept().size(), 0)
	_is_finished = true


func test_a_write_is_not_repeated_for_somebody_else() -> void:
	await _sign_in("u1")
	_fake.answer_with("createWorld", 503, "", {"retry-after": "1"})
	_fake.answer("createWorld", {"result": _world("1"), "errors": []})
	var change: Callable = func() -> void:
		await get_tree().create_timer(0.3).timeout
		await Api.session.sign_out()
		await _sign_in("u2")
	change.call()
	var made: Api.World.Result = await Api.worlds.create("Pier", "pier")
	_equal(made.ok, false)
	_equal(_sent("CreateWorld").size(), 1)
	_is_finished = true


func test_a_token_goes_to_the_server_that_gave_it_alone() -> void:
	await _sign_in("u1")
	_fake.is_away = true
	await Api.activities.record(Api.ActivityKind.EXPLORE)
	_fake.is_away = false
	var server: String = Api.url
	Api.url = "http://elsewhere"
	_equal(Api.session.is_signed_in(), false)
	_fake.answer("world", null)
	await Api.worlds.find("x")
	_equal(_fake.sent.back().token, "")
	await _sign_in("u1")
	await Api.outbox.flush()
	_equal(_kinds(), [])
	Api.url = server
	_equal(_kept().size(), 1)
	_is_finished = true


func test_signing_out_ends_it_here_and_the_server_hears_of_it_later() -> void:
	await _sign_in("u1")
	_fake.is_away = true
	await Api.session.sign_out()
	_equal(Api.session.is_signed_in(), false)
	_fake.is_away = false
	Api.session.restore()
	_equal(Api.session.is_signed_in(), false)
	while _fake.sent.back().operation != "SignOut":
		await get_tree().process_frame
	_equal(_fake.sent.back().token, "tu1")
	_is_finished = true


func test_who_records_and_signs_out_is_not_left_waiting() -> void:
	await _sign_in("u1")
	_fake.answer("recordActivity", {"result": _activity("1"), "errors": []})
	var found: Array = []
	var record: Callable = func(kind: Api.ActivityKind) -> void:
		found.append(await Api.activities.record(kind))
	record.call(Api.ActivityKind.EXPLORE)
	record.call(Api.ActivityKind.BUILD)
	await Api.session.sign_out()
	for frame: int in 20:
		await get_tree().process_frame
	_equal(found.size(), 2)
	_is_finished = true


func test_the_outbox_has_a_bound() -> void:
	await _sign_in("u1")
	_fake.is_away = true
	Api.outbox.limit = 1
	_equal((await Api.activities.record(Api.ActivityKind.EXPLORE)).kept, true)
	var more: Api.Activity.Result = await Api.activities.record(Api.ActivityKind.EXPLORE)
	_equal([more.kept, more.error.code], [false, Api.ErrorCode.LIMIT_EXCEEDED])
	Api.outbox.limit = 1000
	var nan: Api.Activity.Result = await Api.activities.record(
		Api.ActivityKind.EXPLORE, {"detail": {"x": NAN}}
	)
	_equal(nan.error.code, Api.ErrorCode.INVALID)
	_is_finished = true


func test_an_entry_that_cannot_be_read_stays_where_it_is() -> void:
	JavaScriptBridge.eval("localStorage.setItem('user://app/outbox/1-x.json', '{half')")
	Api.outbox.restore()
	_equal(Api.outbox._entries.size(), 0)
	var kept: Variant = JavaScriptBridge.eval("localStorage.getItem('user://app/outbox/1-x.json.damaged')", true)
	_equal(kept, "{half")
	_is_finished = true


func test_the_players_clock_is_not_asked() -> void:
	await _sign_in("u1")
	var tomorrow: float = Time.get_unix_time_from_system() + 86400.0
	_fake.answer_with("world", 200, '{"data": {"world": null}}', {"date": _http_date(tomorrow)})
	await Api.worlds.find("x")
	_equal(Api.now().left(13), Time.get_datetime_string_from_unix_time(int(tomorrow)).left(13))
	_equal(Api.session.is_signed_in(), true)
	_fake.is_away = true
	await Api.activities.record(Api.ActivityKind.EXPLORE)
	Api._sender.clock.learn(_http_date(Time.get_unix_time_from_system() - 86400.0))
	await Api.activities.record(Api.ActivityKind.BUILD)
	_fake.is_away = false
	_fake.answer("recordActivity", {"result": _activity("1"), "errors": []})
	await Api.outbox.flush()
	_equal(_kinds(), ["EXPLORE", "BUILD"])
	Api._sender.clock.learn(_http_date(Time.get_unix_time_from_system()))
	_is_finished = true


func test_a_wait_is_as_long_as_the_server_says_or_grows() -> void:
	var reply: Api.Reply = Api.Reply.new()
	_equal(Api.Sender.pause_after(1, reply) <= 0.5, true)
	_equal(Api.Sender.pause_after(4, reply) >= 2.0, true)
	_equal(Api.Sender.pause_after(40, reply) <= 30.0, true)
	reply.retry_after = 7.0
	_equal(Api.Sender.pause_after(1, reply), 7.0)
	_fake.answer_with("world", 503, "")
	_fake.answer("world", _world("1"))
	_equal((await Api.worlds.find("1")).ok, true)
	_is_finished = true


func test_a_session_is_taken_up_and_belongs_to_its_server() -> void:
	await _sign_in("u1")
	var server: String = Api.url
	_forget()
	Api.url = "http://elsewhere"
	Api.session.restore()
	_equal(Api.session.is_signed_in(), false)
	Api.url = server
	Api.session.restore()
	_equal(Api.session.user_id, "u1")
	_is_finished = true


func _begin() -> void:
	_fake = FakeTransport.new()
	Api.transport = _fake
	_fake.answer("signOut", {"result": true, "errors": []})
	if Api.session.is_signed_in():
		await Api.session.sign_out()
	JavaScriptBridge.eval("localStorage.clear()")
	Api.outbox._entries.clear()
	Api.outbox._end_pause()
	_fake.sent.clear()


## As a server writes the time in a header.
func _http_date(seconds: float) -> String:
	var time: Dictionary = Time.get_datetime_dict_from_unix_time(int(seconds))
	var month: String = "JanFebMarAprMayJunJulAugSepOctNovDec".substr(time["month"] * 3 - 3, 3)
	return (
		"Mon, %02d %s %d %02d:%02d:%02d GMT"
		% [time["day"], month, time["year"], time["hour"], time["minute"], time["second"]]
	)


func _sign_in(id: String) -> void:
	_fake.forget("signInWithCode")
	_fake.answer("requestSignInCode", {"result": {"flow": "f"}, "errors": []})
	_fake.answer("signInWithCode", {"result": {"token": "t" + id, "user": {"id": id}}, "errors": []})
	await Api.session.request_code("ann@example.org")
	await Api.session.sign_in("123456")
	_equal(Api.session.user_id, id)


## As if the game had ended.
func _forget() -> void:
	Api.session.user_id = ""
	Api._sender.use_token("")


## What the outbox has on the disk.
func _kept() -> PackedStringArray:
	return Api.outbox._store.names()


## What was sent of one operation.
func _sent(operation: String) -> Array:
	return _fake.sent.filter(
		func(one: FakeTransport.Sent) -> bool: return one.operation == operation
	)


func _kinds() -> Array:
	return _sent("RecordActivity").map(
		func(one: FakeTransport.Sent) -> String: return one.variables["input"]["kind"]
	)


func _activity(id: String) -> Dictionary:
	return {"id": id, "kind": "EXPLORE", "detail": {"place": "pier"}, "worldId": null}


func _world(id: String) -> Dictionary:
	return {"id": id, "name": "World " + id, "slug": id, "visibility": "PUBLIC"}


func _page(nodes: Array, has_next: bool, cursor: String) -> Dictionary:
	var info: Dictionary = {"hasNextPage": has_next, "endCursor": cursor}
	return {"nodes": nodes, "pageInfo": info, "totalCount": 3}


func _equal(found: Variant, wanted: Variant) -> void:
	if typeof(found) != typeof(wanted) or found != wanted:
		problems.append("found %s, wanted %s" % [found, wanted])
