// The client against the served application, whose address is in `APP_URL`.

import assert from "node:assert/strict";
import { test } from "node:test";

import { createClient, FeedLine, WorldCard } from "./api/index.js";
import type { ApiClient, ApiOptions, ApiTransport } from "./api/index.js";

const address = process.env["APP_URL"] ?? assert.fail("APP_URL says where the application is");

function client(options: Partial<ApiOptions> = {}): ApiClient {
  return createClient({ url: `${address}/graphql`, ...options });
}

/** The newest code that was mailed to somebody: the digits alone on a line. */
async function mailedCode(email: string): Promise<string> {
  const mails = (await (await fetch(`${address}/dev/mailbox.json`)).json()) as { to: string; text: string }[];
  const text = mails.find((it) => it.to === email)?.text ?? assert.fail("there is a mail");
  return text.split("\n").map((it) => it.trim()).find((it) => /^\d{6,}$/.test(it)) ?? assert.fail("it has a code");
}

async function signedIn(email: string, options: Partial<ApiOptions> = {}): Promise<{ api: ApiClient; token: string }> {
  const api = client(options);
  const asked = await api.signIn.requestCode({ email });
  assert.ok(asked.ok, JSON.stringify(asked));
  const wrong = await api.signIn.withCode({ flow: asked.value.flow, code: "nope" });
  assert.equal(wrong.ok, false);
  assert.equal(api.hasToken, false);
  const done = await api.signIn.withCode({ flow: asked.value.flow, code: await mailedCode(email) });
  assert.ok(done.ok, JSON.stringify(done));
  assert.equal(done.value.user.email, email);
  assert.equal(api.hasToken, true);
  return { api, token: done.value.token };
}

function codes(result: { ok: boolean; errors: readonly { code: string }[] }): string[] {
  return result.ok ? [] : result.errors.map((it) => it.code);
}

test("a day: signed in, recorded, read back, signed out", async () => {
  assert.deepEqual(codes(await client().activities.record({ kind: "EXPLORE" })), ["UNAUTHENTICATED"]);
  const nobody = await client().users.current();
  assert.ok(nobody.ok && nobody.value === null);

  const { api, token } = await signedIn("ada@example.org");
  const me = await api.users.current();
  assert.ok(me.ok && me.value?.email === "ada@example.org" && me.value.role === "MEMBER");
  const renamed = await api.users.update({ id: me.value.id, displayName: "Ada" });
  assert.ok(renamed.ok && renamed.value?.displayName === "Ada");

  const world = await api.worlds.create({ name: "Atrium", slug: "atrium", visibility: "PUBLIC" }, { select: WorldCard });
  assert.ok(world.ok && world.value !== null, JSON.stringify(world));
  assert.deepEqual(world.value.owner, { displayName: "Ada" });
  assert.equal(world.value.memberships.totalCount, 0);
  const again = await api.worlds.create({ name: "Atrium", slug: "atrium" });
  assert.deepEqual(codes(again), ["CONFLICT"]);
  assert.deepEqual(again.errors[0]?.fields, ["slug"]);

  const kinds = ["EXPLORE", "SOCIALIZE", "PERFORM", "ROLEPLAY", "COMPETE"] as const;
  for (const [at, kind] of kinds.entries()) {
    const occurredAt = new Date(Date.UTC(2026, 0, 1 + at)).toISOString();
    const made = await api.activities.record({ kind, occurredAt, worldId: world.value.id, detail: { at, "ünï": [null] } });
    assert.ok(made.ok, JSON.stringify(made));
  }
  const first = await api.activities.list({ first: 2 }, { select: FeedLine, count: true });
  assert.ok(first.ok && first.value.totalCount === 5, JSON.stringify(first));
  const lines: FeedLine[] = [];
  for await (const page of first.value.pages()) {
    assert.ok(page.ok);
    lines.push(...page.value.nodes);
    if (!page.value.hasNextPage) {
      const back = await page.value.previousPage();
      assert.ok(back?.ok);
      assert.deepEqual(back.value.nodes.map((it) => it.kind), ["PERFORM", "SOCIALIZE"]);
    }
  }
  assert.deepEqual(lines.map((it) => it.kind), [...kinds].reverse());
  assert.deepEqual(lines[0]?.detail, { at: 4, "ünï": [null] });
  assert.deepEqual(lines[0]?.world, { name: "Atrium" });
  const counts = await api.activities.summary({ since: "2026-01-03T00:00:00Z" });
  assert.ok(counts.ok && counts.value.length === 3);
  const some = await api.activities.list({ filter: { kind: { in: ["EXPLORE", "COMPETE"] } }, sort: [{ field: "OCCURRED_AT" }] });
  assert.deepEqual(some.ok && some.value.nodes.map((it) => it.kind), ["EXPLORE", "COMPETE"]);

  const missing = await api.worlds.get({ id: "00000000-0000-7000-8000-000000000000" });
  assert.ok(missing.ok && missing.value === null);
  assert.deepEqual(codes(await api.worlds.list({ after: "nonsense" })), ["INVALID_CURSOR"]);
  assert.deepEqual(codes(await api.users.setRole({ id: me.value.id, role: "ADMIN" })), ["FORBIDDEN"]);

  // The token of a session is restored by who kept it, and is worth nothing after the sign-out.
  const restored = client({ token });
  assert.ok((await restored.users.current()).ok);
  const out = await api.signOut();
  assert.ok(out.ok && out.value && !api.hasToken);
  assert.deepEqual(codes(await restored.users.current()), ["UNAUTHENTICATED"]);
  assert.equal((await restored.signOut()).ok, false);
  assert.equal(restored.hasToken, false);
});

test("an answer that is lost is asked for again, and nothing is done twice", async () => {
  let lost = 0;
  const losing: ApiTransport = async (url, request) => {
    const answer = await fetch(url, request);
    if (lost === 0) return answer;
    lost -= 1;
    await answer.text();
    throw new TypeError("the connection broke");
  };
  const { api } = await signedIn("bob@example.org", { fetch: losing, mutationRetries: 3, wait: async () => {} });
  const recorded = async () => {
    const page = await api.activities.list({}, { count: true });
    return page.ok ? page.value.totalCount : assert.fail(JSON.stringify(page));
  };
  lost = 2;
  const made = await api.activities.record({ kind: "PERFORM", detail: { place: "pier" } }, { select: FeedLine });
  assert.ok(made.ok && made.value?.kind === "PERFORM", JSON.stringify(made));
  assert.equal(lost, 0);
  assert.equal(await recorded(), 1);
  // Lost for good: whoever kept the key finds out what became of it, and twice at once is once.
  const key = "kept-by-the-caller";
  lost = 1;
  const gone = await api.activities.record({ kind: "BUILD" }, { key, retries: 0 });
  assert.deepEqual(codes(gone), ["NETWORK"]);
  const [one, other] = await Promise.all([1, 2].map(() => api.activities.record({ kind: "BUILD" }, { key })));
  assert.ok(one?.ok && other?.ok);
  assert.deepEqual(one.value, other.value);
  assert.equal(await recorded(), 2);
  assert.deepEqual(codes(await api.activities.record({ kind: "COMPETE" }, { key })), ["CONFLICT"]);
  assert.equal(await recorded(), 2);
});

test("a client is told whether it fits, and what does not", async () => {
  assert.deepEqual(await client().check(), { ok: true, value: true, errors: [] });
  // As if the client had been made of an API with another field and another argument.
  const other: ApiTransport = (url, request) =>
    fetch(url, { ...request, body: request.body.replaceAll("memberCount", "headCount").replaceAll("$since)", "$since, till: 1)") });
  const told = await client({ fetch: other }).check();
  assert.equal(told.ok, false);
  assert.deepEqual(new Set(told.errors.map((it) => it.code)), new Set(["MISFIT"]));
  const named = new Set(told.errors.map((it) => it.path[0]));
  assert.deepEqual(named, new Set(["worlds", "world", "createWorld", "updateWorld", "destroyWorld", "summaryActivity"]));
  assert.match(told.errors[0]!.message, /^`\w+` does not fit the API: /);
});

test("a server that is not there is told", async () => {
  const nowhere = createClient({ url: "http://127.0.0.1:9/graphql", retries: 0 });
  assert.deepEqual(codes(await nowhere.users.current()), ["NETWORK"]);
  assert.deepEqual(codes(await nowhere.check({ retries: 0 })), ["NETWORK"]);
  const elsewhere = createClient({ url: `${address}/livez`, retries: 0 });
  assert.equal((await elsewhere.users.current()).ok, false);
});
