// The client over a network that fails, with a transport of the test's own.

import assert from "node:assert/strict";
import { inspect } from "node:util";
import { test } from "node:test";

import { createClient, WorldCard } from "./api/index.js";
import type { ApiOptions, ApiRequest, ApiResponse } from "./api/index.js";

type Turn = (request: ApiRequest) => ApiResponse | Promise<ApiResponse>;

function response(status: number, body: unknown, headers: { [name: string]: string } = {}): ApiResponse {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return { status, headers: { get: (name) => headers[name] ?? null }, text: async () => text };
}

function broken(): never {
  throw new TypeError("fetch failed: Bearer secret-token");
}

/** A client whose requests meet these turns, one after the other, the last again and again. */
function client(turns: Turn[], options: Partial<ApiOptions> = {}) {
  const requests: ApiRequest[] = [];
  const waits: number[] = [];
  const api = createClient({
    url: "https://example.org/graphql",
    fetch: async (_, request) => {
      requests.push(request);
      return (turns[requests.length - 1] ?? turns.at(-1)!)(request);
    },
    wait: async (milliseconds) => void waits.push(milliseconds),
    ...options,
  });
  return { api, requests, waits };
}

const world = { id: "1", name: "Atrium", slug: "atrium" };
const found = () => response(200, { data: { world } });
const made = () => response(200, { data: { createWorld: { result: world, errors: [] } } });
const keyOf = (request: ApiRequest) => request.headers["Idempotency-Key"];
const get = { id: "1" };
const create = { name: "Atrium", slug: "atrium" };

test("a query is tried again until an answer comes", async () => {
  const { api, requests, waits } = client([broken, () => response(503, "<html>"), found]);
  const result = await api.worlds.get(get);
  assert.deepEqual(result, { ok: true, value: world, errors: [] });
  assert.equal(requests.length, 3);
  assert.equal(new Set(requests.map((it) => it.body)).size, 1);
  assert.ok(waits[0]! >= 150 && waits[0]! <= 300 && waits[1]! >= 300 && waits[1]! <= 600, String(waits));
  assert.ok(requests.every((it) => keyOf(it) === undefined));
});

test("a tenant is named by a header, and a call may name another", async () => {
  const { api, requests } = client([found], { tenant: "one" });
  await api.worlds.get(get);
  await api.worlds.get(get, { tenant: "two" });
  await api.worlds.get(get, { tenant: null });
  assert.deepEqual(requests.map((it) => it.headers["Samara-Tenant"]), ["one", "two", undefined]);
  const wrong = await api.worlds.get(get, { tenant: "one\r\nCookie: x" });
  assert.ok(!wrong.ok && wrong.errors[0]!.code === "NOT_FOUND" && requests.length === 3);
});

test("attempts end, and the last one's error is told", async () => {
  for (const [turn, code] of [
    [broken, "NETWORK"],
    [() => response(503, ""), "UNAVAILABLE"],
    [() => response(429, "slow down"), "RATE_LIMITED"],
    [() => response(504, "<html>"), "UNAVAILABLE"],
  ] as const) {
    const { api, requests } = client([turn], { retries: 1 });
    const result = await api.worlds.get(get);
    assert.equal(result.ok ? "" : result.errors[0].code, code);
    assert.equal(requests.length, 2);
  }
});

test("what another attempt would not mend is not tried again", async () => {
  const refused = { errors: [{ message: "no", extensions: { code: "INVALID" } }] };
  for (const [turn, code] of [
    [() => response(413, "too large"), "LIMIT_EXCEEDED"],
    [() => response(401, refused), "INVALID"],
    [() => response(401, ""), "UNAUTHENTICATED"],
    [() => response(200, refused), "INVALID"],
    [() => response(200, "<html>a captive portal</html>"), "NOT_UNDERSTOOD"],
    [() => response(200, "[]"), "NOT_UNDERSTOOD"],
    [() => response(200, {}), "NOT_UNDERSTOOD"],
    [() => response(200, { data: { other: 1 } }), "NOT_UNDERSTOOD"],
    [() => response(404, "not here"), "NOT_UNDERSTOOD"],
    [() => response(200, { data: { world: null }, errors: [{ message: "later", extensions: { code: "TIMEOUT" } }] }), "TIMEOUT"],
    [() => response(200, { errors: [null, 7] }), "INTERNAL"],
  ] as const) {
    const { api, requests } = client([turn]);
    const result = await api.worlds.get(get);
    assert.equal(result.ok ? "" : result.errors[0].code, code);
    assert.equal(requests.length, 1);
  }
});

test("a server says when to come back, and a long time is left to the caller", async () => {
  const busy = (header: string) => () => response(429, "", { "Retry-After": header });
  const soon = client([busy("2"), found]);
  assert.ok((await soon.api.worlds.get(get)).ok);
  assert.deepEqual(soon.waits, [2_000]);
  // The API says it in its own words.
  const words = { errors: [{ message: "busy", extensions: { code: "UNAVAILABLE" } }] };
  const worded = client([() => response(503, words, { "Retry-After": "1" }), () => response(503, words), found]);
  assert.ok((await worded.api.worlds.get(get)).ok);
  assert.equal(worded.waits[0], 1_000);
  const late = client([busy("3600")]);
  const result = await late.api.worlds.get(get);
  assert.equal(result.ok ? 0 : result.errors[0].retryAfter, 3_600_000);
  assert.deepEqual(late.waits, []);
  // A date is measured by the clock here, which may be wrong by a day: then nothing waits so long.
  const past = client([busy(new Date(Date.now() - 86_400_000).toUTCString()), found]);
  assert.ok((await past.api.worlds.get(get)).ok);
  assert.deepEqual(past.waits, [0]);
  const future = client([busy(new Date(Date.now() + 86_400_000).toUTCString())]);
  assert.equal((await future.api.worlds.get(get)).ok, false);
  assert.deepEqual(future.waits, []);
  const nonsense = client([busy("soon"), found]);
  assert.ok((await nonsense.api.worlds.get(get)).ok);
});

test("a mutation is sent once, unless it has a key", async () => {
  const once = client([broken], { token: "secret-token" });
  assert.equal((await once.api.worlds.create(create)).ok, false);
  assert.equal(once.requests.length, 1);
  assert.equal(keyOf(once.requests[0]!), undefined);

  const again = client([broken, () => response(502, ""), made], { token: "secret-token", mutationRetries: 3 });
  assert.ok((await again.api.worlds.create(create)).ok);
  const keys = again.requests.map(keyOf);
  assert.equal(keys.length, 3);
  assert.match(keys[0]!, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.deepEqual(new Set(keys).size, 1);
  assert.equal(new Set(again.requests.map((it) => it.body)).size, 1);
  // Each call has a key of its own.
  await again.api.worlds.create(create);
  assert.notEqual(keyOf(again.requests[3]!), keys[0]);

  // Nobody's key would be refused.
  const nobody = client([broken], { mutationRetries: 3 });
  assert.equal((await nobody.api.worlds.create(create)).ok, false);
  assert.equal(nobody.requests.length, 1);
  assert.equal(keyOf(nobody.requests[0]!), undefined);

  // One that the caller says is sent all the same: it is for the API to refuse.
  await nobody.api.worlds.create(create, { key: "mine", retries: 0 });
  assert.equal(keyOf(nobody.requests[1]!), "mine");

  const own = client([broken, made], { token: "secret-token" });
  assert.ok((await own.api.worlds.create(create, { key: "mine", retries: 1 })).ok);
  assert.deepEqual(own.requests.map(keyOf), ["mine", "mine"]);
});

test("keys differ where there is no `crypto`", async () => {
  const crypto = Object.getOwnPropertyDescriptor(globalThis, "crypto");
  Object.defineProperty(globalThis, "crypto", { value: undefined, configurable: true });
  try {
    const { api, requests } = client([made], { token: "secret-token", mutationRetries: 1 });
    await api.worlds.create(create);
    await api.worlds.create(create);
    assert.match(keyOf(requests[0]!)!, /^[0-9a-f-]{36}$/);
    assert.notEqual(keyOf(requests[0]!), keyOf(requests[1]!));
  } finally {
    if (crypto !== undefined) Object.defineProperty(globalThis, "crypto", crypto);
  }
});

test("a mutation that may work later is sent again under its key alone", async () => {
  const busy = (code: string) => () => {
    const errors = [{ code, message: "later", path: [], fields: [] }];
    return response(200, { data: { createWorld: { result: null, errors } } });
  };
  const keyed = client([busy("TIMEOUT"), busy("UNAVAILABLE"), made], { token: "secret-token", mutationRetries: 3 });
  assert.ok((await keyed.api.worlds.create(create)).ok);
  assert.equal(new Set(keyed.requests.map(keyOf)).size, 1);
  const refused = client([busy("CONFLICT"), made], { token: "secret-token", mutationRetries: 3 });
  assert.equal((await refused.api.worlds.create(create)).ok, false);
  const bare = client([busy("TIMEOUT"), made], { token: "secret-token" });
  assert.equal((await bare.api.worlds.create(create)).ok, false);
  assert.deepEqual([keyed, refused, bare].map((it) => it.requests.length), [3, 1, 1]);
});

test("what holds a secret has no key", async () => {
  const { api, requests } = client([broken], { token: "secret-token", mutationRetries: 3 });
  await api.signIn.withCode({ flow: "f", code: "c" });
  await api.signOut();
  assert.deepEqual(requests.map(keyOf), [undefined, undefined]);
});

test("an answer that is late, or nobody's any more, is given up", async () => {
  const never: Turn = () => new Promise(() => {});
  const late = client([never, found], { timeout: 1 });
  assert.ok((await late.api.worlds.get(get)).ok);
  const stopped = client([never]);
  const controller = new AbortController();
  const asked = stopped.api.worlds.get(get, { signal: controller.signal });
  controller.abort();
  const result = await asked;
  assert.equal(result.ok ? "" : result.errors[0].code, "ABORTED");
  assert.equal(stopped.requests.length, 1);
  // What is stopped before it is sent is not sent.
  assert.equal((await stopped.api.worlds.get(get, { signal: controller.signal })).ok, false);
  assert.equal(stopped.requests.length, 1);
  // So is what waits for another attempt.
  const waiting = new AbortController();
  const patient = client([broken], { wait: () => new Promise(() => waiting.abort()) });
  const given_up = await patient.api.worlds.get(get, { signal: waiting.signal });
  assert.equal(given_up.ok ? "" : given_up.errors[0].code, "ABORTED");
  assert.equal(patient.requests.length, 1);
  // A body may be late as well as its head.
  const body: Turn = () => ({ ...found(), text: () => new Promise(() => {}) });
  const half = await client([body], { timeout: 1, retries: 0 }).api.worlds.get(get);
  assert.equal(half.ok ? "" : half.errors[0].code, "NO_ANSWER");
});

test("what is no JSON is told and not thrown", async () => {
  const { api, requests } = client([made], { token: "secret-token" });
  const circular: { [name: string]: never } = {};
  Object.assign(circular, { circular });
  for (const detail of [circular, { big: 1n as never }]) {
    const result = await api.activities.record({ kind: "BUILD", detail });
    assert.equal(result.ok ? "" : result.errors[0].code, "INVALID");
  }
  assert.equal(requests.length, 0);
});

test("a payload's errors are the call's", async () => {
  const refused = { code: "CONFLICT", message: "taken", path: ["input", "slug"], fields: ["slug"] };
  const { api } = client([() => response(200, { data: { createWorld: { result: null, errors: [refused] } } })]);
  assert.deepEqual(await api.worlds.create(create), { ok: false, errors: [{ ...refused, retryAfter: null }] });
  // Done, and the actor may not see it.
  const hidden = client([() => response(200, { data: { createWorld: { result: null, errors: [] } } })]);
  assert.deepEqual(await hidden.api.worlds.create(create), { ok: true, value: null, errors: [] });
});

test("a field that could not be worked out leaves the rest", async () => {
  const error = { message: "overflow", path: ["world", "memberCount"], extensions: { code: "INVALID" } };
  const { api } = client([() => response(200, { data: { world }, errors: [error] })]);
  const result = await api.worlds.get(get);
  assert.ok(result.ok);
  assert.deepEqual(result.value, world);
  assert.deepEqual(result.errors[0]?.path, ["world", "memberCount"]);
});

test("a token is in one header, and nowhere else", async () => {
  const { api, requests } = client([broken], { token: "secret-token" });
  const result = await api.worlds.get(get);
  assert.equal(requests[0]!.headers["Authorization"], "Bearer secret-token");
  assert.ok(!inspect([api, result], { depth: 9, showHidden: true }).includes("secret-token"));
  assert.ok(!JSON.stringify([api, result, requests[0]!.body]).includes("secret-token"));
  // Whether the client fits is asked by nobody.
  await api.check({ retries: 0 });
  assert.equal(requests.at(-1)!.headers["Authorization"], undefined);
  // Such a header would be quoted by whoever refuses it.
  const odd = client([found], { token: "secret\ntoken" });
  const refused = await odd.api.worlds.get(get);
  assert.equal(refused.ok ? "" : refused.errors[0].code, "UNAUTHENTICATED");
  assert.equal(odd.requests.length, 0);
});

test("pages are turned with the sizes and filters of the first", async () => {
  const page = (ids: string[], hasNextPage: boolean, hasPreviousPage = false) => () =>
    response(200, {
      data: {
        worlds: {
          nodes: ids.map((id) => ({ id })),
          pageInfo: { hasNextPage, hasPreviousPage, startCursor: `s${ids[0]}`, endCursor: `e${ids.at(-1)}` },
        },
      },
    });
  const { api, requests } = client([page(["1", "2"], true), page(["3"], false, true), page(["1", "2"], true)]);
  const first = await api.worlds.list({ first: 2, filter: { name: { eq: "x" } } }, { select: WorldCard });
  assert.ok(first.ok && first.value.totalCount === null);
  const ids: string[] = [];
  for await (const result of first.value.pages()) {
    assert.ok(result.ok);
    ids.push(...result.value.nodes.map((it) => it.id));
    if (!result.value.hasNextPage) {
      assert.equal(await result.value.nextPage(), null);
      assert.ok((await result.value.previousPage())?.ok);
    }
  }
  assert.deepEqual(ids, ["1", "2", "3"]);
  const sent = requests.map((it) => JSON.parse(it.body).variables);
  const filter = { name: { eq: "x" } };
  assert.deepEqual(sent, [
    { filter, first: 2, _counted: false },
    { filter, first: 2, after: "e2", _counted: false },
    { filter, last: 2, before: "s3", _counted: false },
  ]);
  assert.ok(requests.every((it) => JSON.parse(it.body).query.includes("memberships(first: 3)")));
  // A page that does not come ends the way.
  const broken_off = client([page(["1"], true), () => response(200, "{}")]);
  const begun = await broken_off.api.worlds.list();
  assert.ok(begun.ok);
  const oks: boolean[] = [];
  for await (const result of begun.value.pages()) oks.push(result.ok);
  assert.deepEqual(oks, [true, false]);
});
