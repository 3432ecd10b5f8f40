// What the types allow and refuse: checked by the compiler, never run.

import { createClient, FeedLine, WorldCard } from "./api/index.js";
import type { Activity, ApiPage, ApiResult, ApiSelection, Face, KindCount, World } from "./api/index.js";

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
function same<A, B>(_: Same<A, B>): void {}

const api = createClient({ url: "https://example.org/graphql", fetch, token: null });

export async function whatIsSelectedIsWhatComes(): Promise<void> {
  const plain = await api.worlds.list({ first: 10, filter: { visibility: { eq: "PUBLIC" } } });
  same<typeof plain, ApiResult<ApiPage<World>>>(true);
  const cards = await api.worlds.list({}, { select: WorldCard, count: true });
  same<typeof cards, ApiResult<ApiPage<WorldCard>>>(true);
  const one = await api.worlds.get({ id: "1" }, { select: WorldCard });
  same<typeof one, ApiResult<WorldCard | null>>(true);
  const made = await api.activities.record({ kind: "EXPLORE", detail: { place: "pier" } }, { select: FeedLine });
  same<typeof made, ApiResult<FeedLine | null>>(true);
  const counts = await api.activities.summary({ since: "2026-01-01T00:00:00Z" });
  same<typeof counts, ApiResult<KindCount[]>>(true);
  const signedIn = await api.signIn.withCode({ flow: "f", code: "c" });
  if (signedIn.ok) same<typeof signedIn.value.user.displayName, string>(true);
  const maybe: ApiSelection<"World", WorldCard> | undefined = Math.random() < 0.5 ? WorldCard : undefined;
  const either = await api.worlds.get({ id: "1" }, { select: maybe });
  same<typeof either, ApiResult<World | WorldCard | null>>(true);
  same<WorldCard["owner"], Face | null>(true);
  same<FeedLine["world"], { readonly name: string } | null>(true);
  same<Activity["worldId"], string | null>(true);
}

export async function whatIsWrongIsNoProgram(): Promise<void> {
  // @ts-expect-error: `kind` must be given.
  await api.activities.record({ detail: {} });
  // @ts-expect-error: no such kind.
  await api.activities.record({ kind: "SLEEP" });
  // @ts-expect-error: no such argument.
  await api.activities.record({ kind: "EXPLORE", plaze: "pier" });
  // @ts-expect-error: a selection of another type.
  await api.activities.list({}, { select: WorldCard });
  // @ts-expect-error: what is expected does not decide what is selected.
  const cards: ApiResult<ApiPage<WorldCard>> = await api.worlds.list();
  // @ts-expect-error: a value is only there if it is `ok`.
  cards.value;
  const result = await api.worlds.get({ id: "1" });
  // @ts-expect-error: it may be null.
  if (result.ok) result.value.name;
  // @ts-expect-error: a key is a mutation's.
  await api.worlds.get({ id: "1" }, { key: "k" });
}
