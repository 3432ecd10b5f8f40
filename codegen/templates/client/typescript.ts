/** What went wrong where no answer of the API says it. */
export type ApiClientCode =
  /** The server could not be reached, or the connection broke. */
  | "NETWORK"
  /** No answer came within the time allowed. */
  | "NO_ANSWER"
  /** The caller's signal stopped it. */
  | "ABORTED"
  /** An answer came that is none of this API. */
  | "NOT_UNDERSTOOD"
  /** An operation of this client does not fit the API that is served. */
  | "MISFIT";

/** Why something was not done. */
export interface ApiError {
  /** What to branch on. */
  readonly code: ErrorCode | ApiClientCode;
  /** What to read: one sentence. It never holds a token. */
  readonly message: string;
  /** Of a mutation the input at fault, else where in the answer it is. May be empty. */
  readonly path: readonly (string | number)[];
  /** The inputs at fault. May be empty. */
  readonly fields: readonly string[];
  /** After how many milliseconds it may be tried again, where the server says so. */
  readonly retryAfter: number | null;
}

/** What every call answers; it never throws. */
export type ApiResult<T> =
  | {
      readonly ok: true;
      readonly value: T;
      /** Why single fields of the value are null that could not be worked out. Mostly empty. */
      readonly errors: readonly ApiError[];
    }
  | { readonly ok: false; readonly errors: readonly [ApiError, ...ApiError[]] };

/** What is read of an object of the type `On`, as generated from a fragment; `T` is what comes of it. */
export interface ApiSelection<On extends string, T> {
  readonly on: On;
  readonly text: string;
  /** Never there: it ties `T` to the selection. */
  readonly gives?: T;
}

/** How a request is sent. `fetch` is one; tests give their own. */
export type ApiTransport = (url: string, request: ApiRequest) => Promise<ApiResponse>;

/** One request, as `fetch` takes it. */
export interface ApiRequest {
  readonly method: "POST";
  readonly headers: { [name: string]: string };
  readonly body: string;
  readonly signal: AbortSignal;
  /** A redirect would take the token elsewhere. */
  readonly redirect: "error";
}

/** The part of `fetch`'s response that is read. */
export interface ApiResponse {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  text(): Promise<string>;
}

/** How a client is made. */
export interface ApiOptions {
  /** Where the API is: `https://example.org/graphql`. */
  readonly url: string;
  /** The token of an earlier sign-in. It is only sent in the header `Authorization`. */
  readonly token?: string | null | undefined;
  /** The id of the tenant that everything is done within, where the API has tenants. A call may name another. */
  readonly tenant?: string | null | undefined;
  /** How requests are sent: the global `fetch`, unless given. */
  readonly fetch?: ApiTransport | undefined;
  /** How many milliseconds one attempt may take: 10,000, unless given. */
  readonly timeout?: number | undefined;
  /** How often a query is tried again where no answer came: 2, unless given. */
  readonly retries?: number | undefined;
  /**
   * How often a mutation is tried again where no answer came: 0, unless given. Each then has an idempotency key, so that it is done once
   * however often it is sent; that needs a token, and without one a mutation is sent once.
   */
  readonly mutationRetries?: number | undefined;
  /** How it waits for the next attempt, in milliseconds: for tests. */
  readonly wait?: ((milliseconds: number) => Promise<void>) | undefined;
}

/** What may be said of one call. */
export interface ApiCallOptions {
  /** Stops it. What was sent may be done all the same. */
  readonly signal?: AbortSignal | undefined;
  /** Instead of the client's own. */
  readonly timeout?: number | undefined;
  /** Instead of the client's own. */
  readonly retries?: number | undefined;
  /** Instead of the client's own: the id of a tenant, or `null` for what is common to all. */
  readonly tenant?: string | null | undefined;
}

/** What may be said of a mutation. */
export interface ApiMutationOptions extends ApiCallOptions {
  /**
   * The idempotency key: the same call under the same key, later or from elsewhere, is done once and answers the same. It needs a token: the
   * API refuses nobody's key.
   */
  readonly key?: string | undefined;
}

/** What may be said of a call that answers a page. */
export interface ApiPageOptions extends ApiCallOptions {
  /** Whether the rows of all pages are counted. */
  readonly count?: boolean | undefined;
}

/** What is read, instead of the type's own fields. */
export interface ApiSelect<S> {
  /** Give one, or leave it out: without `exactOptionalPropertyTypes` the compiler takes `undefined` for a selection. */
  readonly select?: S;
}

/** The selections of an object, or none. */
export type ApiSelects<On extends string> = ApiSelection<On, unknown> | undefined;

/** What comes of a selection: `Own` of none. */
export type ApiGives<S, Own> = S extends ApiSelection<string, infer T> ? T : Own;

/** Any JSON value. */
export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [name: string]: JsonValue | undefined };

/** Some rows of a list, and the way to the others. */
export class ApiPage<T> {
  /** Its rows, in order. */
  readonly nodes: readonly T[];
  /** Whether rows follow it. */
  readonly hasNextPage: boolean;
  /** Whether rows precede it. */
  readonly hasPreviousPage: boolean;
  /** The cursor of its first row; null if it has none. */
  readonly startCursor: string | null;
  /** The cursor of its last row; null if it has none. */
  readonly endCursor: string | null;
  /** How many rows all pages have; null unless they were to be counted. */
  readonly totalCount: number | null;
  readonly #turn: (cursors: ApiCursors) => Promise<ApiResult<ApiPage<T>>>;

  constructor(answer: ApiJson, turn: (cursors: ApiCursors) => Promise<ApiResult<ApiPage<T>>>) {
    const info = isJson(answer["pageInfo"]) ? answer["pageInfo"] : {};
    const total = answer["totalCount"];
    this.nodes = Array.isArray(answer["nodes"]) ? (answer["nodes"] as T[]) : [];
    this.hasNextPage = info["hasNextPage"] === true;
    this.hasPreviousPage = info["hasPreviousPage"] === true;
    this.startCursor = textOrNull(info["startCursor"]);
    this.endCursor = textOrNull(info["endCursor"]);
    this.totalCount = typeof total === "number" ? total : null;
    this.#turn = turn;
  }

  /** The page after this one; null if this is the last, and nothing is asked then. */
  async nextPage(): Promise<ApiResult<ApiPage<T>> | null> {
    return this.hasNextPage && this.endCursor !== null ? this.#turn({ after: this.endCursor, before: null }) : null;
  }

  /** The page before this one; null if this is the first, and nothing is asked then. */
  async previousPage(): Promise<ApiResult<ApiPage<T>> | null> {
    return this.hasPreviousPage && this.startCursor !== null ? this.#turn({ after: null, before: this.startCursor }) : null;
  }

  /** This page and all that follow, one request each. It ends after a result that is not `ok`. */
  async *pages(): AsyncGenerator<ApiResult<ApiPage<T>>, void, undefined> {
    let result: ApiResult<ApiPage<T>> | null = { ok: true, value: this, errors: [] };
    while (result !== null) {
      yield result;
      result = result.ok ? await result.value.nextPage() : null;
    }
  }
}

/** Where the next page begins or ends. */
type ApiCursors = { readonly after: string | null; readonly before: string | null };

type ApiJson = { readonly [name: string]: unknown };

/** An operation: its selection goes between head and tail. */
interface ApiOperation {
  readonly name: string;
  readonly field: string;
  readonly isMutation: boolean;
  /** Whether its answer may be kept under a key. One with a secret may not. */
  readonly mayRepeat: boolean;
  readonly head: string;
  readonly selection: string;
  readonly tail: string;
}

/** What came of a request: the API's answer, or none. */
type ApiAnswer =
  | { readonly data: ApiJson | null; readonly errors: readonly ApiServerError[]; readonly again: boolean }
  | { readonly data?: undefined; readonly error: ApiError; readonly again: boolean };

/** An error as it stands at the top of an answer. */
interface ApiServerError extends ApiError {
  /** The lines of the document that it is about. */
  readonly lines: readonly number[];
}

/** The longest that is waited for another attempt. */
const LONGEST_WAIT = 30_000;

/** Sends operations. What it holds is private, so that no log of a client shows its token. */
class ApiConnection {
  readonly #options: ApiOptions;
  readonly #send: ApiTransport;
  #token: string | null;

  constructor(options: ApiOptions) {
    // A token that is signed out is kept nowhere.
    this.#options = { ...options, token: null };
    this.#token = options.token ?? null;
    // A global function is called as such, whatever a test puts in its place later.
    this.#send = options.fetch ?? ((url, request) => globalThis.fetch(url, request));
  }

  get hasToken(): boolean {
    return this.#token !== null;
  }

  setToken(token: string | null): void {
    this.#token = token;
  }

  /** A call whose result stands by itself. */
  async plain<T>(operation: ApiOperation, variables: ApiJson, options: ApiCallOptions & ApiSelect<ApiSelects<string>> = {}): Promise<ApiResult<T>> {
    return settle<T>(operation, await this.#run(operation, variables, options), (value) => ok(value as T));
  }

  /** A call whose result stands in a payload. */
  async act<T>(operation: ApiOperation, variables: ApiJson, options: ApiMutationOptions & ApiSelect<ApiSelects<string>> = {}): Promise<ApiResult<T>> {
    const answer = await this.#run(operation, variables, options);
    return settle<T>(operation, answer, (payload) => {
      if (!isJson(payload)) return notUnderstood();
      const errors = Array.isArray(payload["errors"]) ? payload["errors"].map(payloadError) : [];
      return isFilled(errors) ? { ok: false, errors } : ok((payload["result"] ?? null) as T);
    });
  }

  /** As `act`, where a result that is null would be no answer. */
  async must<T>(operation: ApiOperation, variables: ApiJson, options: ApiCallOptions & ApiSelect<ApiSelects<string>> = {}): Promise<ApiResult<T>> {
    const result = await this.act<T | null>(operation, variables, options);
    if (!result.ok) return result;
    return result.value === null ? notUnderstood() : { ok: true, value: result.value, errors: result.errors };
  }

  /** A sign-in: its token is used from then on. */
  async signIn<T extends { readonly token: string }>(
    operation: ApiOperation,
    variables: ApiJson,
    options: ApiCallOptions & ApiSelect<ApiSelects<string>> = {},
  ): Promise<ApiResult<T>> {
    const result = await this.must<T>(operation, variables, options);
    if (result.ok) this.setToken(result.value.token);
    return result;
  }

  /** A sign-out: there is no token from then on. */
  async signOut(operation: ApiOperation, variables: ApiJson, options: ApiCallOptions = {}): Promise<ApiResult<boolean>> {
    const result = await this.must<boolean>(operation, variables, options);
    // A token that is not in force any more is signed out already.
    if (result.ok || result.errors[0].code === "UNAUTHENTICATED") this.setToken(null);
    return result;
  }

  /** A call whose result is a page. */
  async page<T>(operation: ApiOperation, variables: ApiJson, options: ApiPageOptions & ApiSelect<ApiSelects<string>> = {}): Promise<ApiResult<ApiPage<T>>> {
    const answer = await this.#run(operation, { ...variables, _counted: options.count === true }, options);
    const { first, last, after: _after, before: _before, ...rest } = variables;
    const size = first ?? last;
    return settle(operation, answer, (page) => {
      if (!isJson(page)) return notUnderstood();
      const turn = ({ after, before }: ApiCursors): Promise<ApiResult<ApiPage<T>>> => {
        const next = before === null ? { first: size, after } : { last: size ?? pageSize(page), before };
        return this.page<T>(operation, { ...rest, ...next }, options);
      };
      return ok(new ApiPage<T>(page, turn));
    });
  }

  /** Whether each operation of this client fits the API that is served. */
  async check(documents: readonly ApiCheck[], options: ApiCallOptions = {}): Promise<ApiResult<true>> {
    const misfits: ApiError[] = [];
    for (const { text, names } of documents) {
      // Nobody asks it: a token that is not in force any more says nothing about the client.
      const retries = options.retries ?? this.#options.retries ?? 2;
      const answer = await this.#attempts(text, "Fits", {}, { token: null, key: null }, options, retries);
      if (answer.data === undefined) return { ok: false, errors: [answer.error] };
      for (const { lines, ...other } of answer.errors) {
        const found = lines.flatMap((line) => names[line - 1] ?? []);
        const told = found.map((name): ApiError => {
          return { ...error("MISFIT", `\`${name}\` does not fit the API: ${other.message}`), path: [name] };
        });
        misfits.push(...(told.length > 0 ? told : [other]));
      }
    }
    return isFilled(misfits) ? { ok: false, errors: misfits } : ok(true);
  }

  async #run(
    operation: ApiOperation,
    variables: ApiJson,
    options: ApiMutationOptions & ApiSelect<ApiSelects<string>>,
  ): Promise<ApiAnswer> {
    const selection = options.select?.text ?? operation.selection;
    const document = `${operation.head}${selection === "" ? "" : ` ${selection}`}${operation.tail}`;
    const token = this.#token;
    if (!operation.isMutation) {
      const retries = options.retries ?? this.#options.retries ?? 2;
      return this.#attempts(document, operation.name, variables, { token, key: null }, options, retries);
    }
    const retries = options.retries ?? this.#options.mutationRetries ?? 0;
    const makesKey = retries > 0 && operation.mayRepeat && token !== null;
    const key = options.key ?? (makesKey ? newKey() : null);
    return this.#attempts(document, operation.name, variables, { token, key }, options, key === null ? 0 : retries);
  }

  /** Sends one request until an answer comes: each time the same, under the same key. */
  async #attempts(
    query: string,
    operationName: string,
    variables: ApiJson,
    { token, key }: { readonly token: string | null; readonly key: string | null },
    options: ApiCallOptions,
    retries: number,
  ): Promise<ApiAnswer> {
    const headers: { [name: string]: string } = { Accept: "application/json", "Content-Type": "application/json" };
    if (token !== null) {
      if (!/^[\x21-\x7e]+$/.test(token)) {
        return { error: error("UNAUTHENTICATED", "the token has letters that no token has"), again: false };
      }
      headers["Authorization"] = `Bearer ${token}`;
    }
    if (key !== null) headers["Idempotency-Key"] = key;
    const tenant = options.tenant === undefined ? (this.#options.tenant ?? null) : options.tenant;
    if (tenant !== null) {
      if (!/^[\x21-\x7e]+$/.test(tenant)) {
        return { error: error("NOT_FOUND", "the tenant has letters that no id has"), again: false };
      }
      headers["Samara-Tenant"] = tenant;
    }
    const body = written({ query, operationName, variables });
    if (body === null) {
      return { error: error("INVALID", "what is given cannot be written as JSON"), again: false };
    }
    for (let attempt = 0; ; attempt++) {
      const answer = await this.#attempt(headers, body, options);
      const again = answer.again || (key !== null && isForLater(answer));
      if (!again || attempt >= retries || options.signal?.aborted === true) return answer;
      const told = answer.data === undefined ? answer.error.retryAfter : retryAfterOf(answer.errors);
      const wait = told ?? Math.min(300 * 2 ** attempt, 8_000) * (0.5 + Math.random() / 2);
      if (wait > LONGEST_WAIT) return answer;
      await this.#wait(wait, options.signal);
    }
  }

  async #attempt(headers: { [name: string]: string }, body: string, options: ApiCallOptions): Promise<ApiAnswer> {
    if (options.signal?.aborted === true) return { error: error("ABORTED", "the caller stopped it"), again: false };
    const controller = new AbortController();
    const stopped = new Promise<never>((_, reject) => {
      controller.signal.addEventListener("abort", () => reject(new Error("stopped")), { once: true });
    });
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      controller.abort();
    }, options.timeout ?? this.#options.timeout ?? 10_000);
    let isStopped = false;
    const stop = (): void => {
      isStopped = true;
      controller.abort();
    };
    options.signal?.addEventListener("abort", stop, { once: true });
    const send = async (): Promise<ApiAnswer> => {
      const request: ApiRequest = { method: "POST", headers, body, signal: controller.signal, redirect: "error" };
      const response = await this.#send(this.#options.url, request);
      return read(response.status, response.headers.get("Retry-After"), await response.text());
    };
    try {
      // A transport may not heed the signal.
      return await Promise.race([stopped, send()]);
    } catch {
      if (isStopped) return { error: error("ABORTED", "the caller stopped it"), again: false };
      if (isLate) return { error: error("NO_ANSWER", "no answer came in time"), again: true };
      // What the transport says is left out: it may quote a header.
      return { error: error("NETWORK", "the server could not be reached"), again: true };
    } finally {
      clearTimeout(timer);
      options.signal?.removeEventListener("abort", stop);
    }
  }

  /** Waits, or until the caller stops it. */
  async #wait(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
    const wait = this.#options.wait;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let stop = (): void => {};
    const stopped = new Promise<void>((resolve) => {
      stop = resolve;
      if (wait === undefined) timer = setTimeout(resolve, milliseconds);
    });
    signal?.addEventListener("abort", stop, { once: true });
    try {
      await Promise.race([stopped, ...(wait === undefined ? [] : [wait(milliseconds)])]);
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener("abort", stop);
    }
  }
}

/** Operations in one document, one a line, and what each line is called. */
interface ApiCheck {
  readonly text: string;
  readonly names: readonly (string | null)[];
}

/** An answer as it came over HTTP. */
function read(status: number, retryAfterHeader: string | null, text: string): ApiAnswer {
  const again = status === 429 || status === 502 || status === 503 || status === 504;
  const retryAfter = milliseconds(retryAfterHeader);
  const answer = parsed(text);
  if (isJson(answer)) {
    const data = isJson(answer["data"]) ? answer["data"] : null;
    const errors = Array.isArray(answer["errors"]) ? answer["errors"].map((it) => serverError(it, retryAfter)) : [];
    if (data !== null || errors.length > 0) return { data, errors, again };
  }
  const code = BY_STATUS[status];
  const message = code === undefined ? `the answer is none of this API (status ${status})` : `the server answered ${status}`;
  return { error: { ...error(code ?? "NOT_UNDERSTOOD", message), retryAfter }, again };
}

/** What a status says, where something on the way answered instead of the API. */
const BY_STATUS: { readonly [status: number]: ErrorCode } = {
  401: "UNAUTHENTICATED",
  403: "FORBIDDEN",
  413: "LIMIT_EXCEEDED",
  429: "RATE_LIMITED",
  502: "UNAVAILABLE",
  503: "UNAVAILABLE",
  504: "UNAVAILABLE",
};

/** Whether the API says of a mutation that it may work later: under a key it is sent again. */
function isForLater(answer: ApiAnswer): boolean {
  if (answer.data === undefined) return false;
  const payloads = Object.values(answer.data ?? {}).filter(isJson);
  const refused = payloads.flatMap((it) => (Array.isArray(it["errors"]) ? it["errors"].map(payloadError) : []));
  return [...answer.errors, ...refused].some((it) => it.code === "TIMEOUT" || it.code === "UNAVAILABLE");
}

/** The result of an operation's one root field. */
function settle<T>(operation: ApiOperation, answer: ApiAnswer, value: (field: unknown) => ApiResult<T>): ApiResult<T> {
  if (answer.data === undefined) return { ok: false, errors: [answer.error] };
  const errors = answer.errors.map(({ lines: _, ...it }) => it);
  const field = answer.data?.[operation.field];
  if (field === undefined || field === null) {
    if (isFilled(errors)) return { ok: false, errors };
    if (field === undefined) return notUnderstood();
  }
  const result = value(field);
  return result.ok ? { ...result, errors } : { ok: false, errors: [...result.errors, ...errors] };
}

function ok<T>(value: T): ApiResult<T> {
  return { ok: true, value, errors: [] };
}

function error(code: ErrorCode | ApiClientCode, message: string): ApiError {
  return { code, message, path: [], fields: [], retryAfter: null };
}

function notUnderstood<T>(): ApiResult<T> {
  return { ok: false, errors: [error("NOT_UNDERSTOOD", "the answer is none of this API")] };
}

function serverError(it: unknown, retryAfter: number | null): ApiServerError {
  const said = isJson(it) ? it : {};
  const extensions = isJson(said["extensions"]) ? said["extensions"] : {};
  const locations = Array.isArray(said["locations"]) ? said["locations"] : [];
  const lines = locations.flatMap((at) => (isJson(at) && typeof at["line"] === "number" ? [at["line"]] : []));
  const code = textOrNull(extensions["code"]) ?? "INTERNAL";
  return { ...payloadError({ ...said, code }), retryAfter, lines };
}

function payloadError(it: unknown): ApiError {
  const said = isJson(it) ? it : {};
  const isStep = (step: unknown): step is string | number => typeof step === "string" || typeof step === "number";
  return {
    // A code that a later version of the API has is passed on as it is.
    code: (textOrNull(said["code"]) ?? "INTERNAL") as ErrorCode,
    message: textOrNull(said["message"]) ?? "it was not done",
    path: Array.isArray(said["path"]) ? said["path"].filter(isStep) : [],
    fields: Array.isArray(said["fields"]) ? said["fields"].filter((it) => typeof it === "string") : [],
    retryAfter: null,
  };
}

function retryAfterOf(errors: readonly ApiError[]): number | null {
  return errors.find((it) => it.retryAfter !== null)?.retryAfter ?? null;
}

/** `Retry-After`, in milliseconds: seconds, or a date, which is measured by the clock here. */
function milliseconds(retryAfter: string | null): number | null {
  if (retryAfter === null || retryAfter.trim() === "") return null;
  const seconds = Number(retryAfter);
  const wait = Number.isNaN(seconds) ? Date.parse(retryAfter) - Date.now() : seconds * 1_000;
  return Number.isFinite(wait) ? Math.max(0, wait) : null;
}

/**
 * A UUID, also where a page is not served by HTTPS and has no `crypto.randomUUID`, and on Node 18, which has no `crypto`: a key is no secret, it
 * only differs from the others of one person.
 */
function newKey(): string {
  const { crypto } = globalThis as { crypto?: { getRandomValues(bytes: Uint8Array): unknown } };
  const bytes = Uint8Array.from({ length: 16 }, () => Math.floor(Math.random() * 256));
  crypto?.getRandomValues(bytes);
  const hex = Array.from(bytes, (byte, at) => {
    const value = at === 6 ? (byte & 0x0f) | 0x40 : at === 8 ? (byte & 0x3f) | 0x80 : byte;
    return value.toString(16).padStart(2, "0");
  });
  const part = (from: number, to: number): string => hex.slice(from, to).join("");
  return [part(0, 4), part(4, 6), part(6, 8), part(8, 10), part(10, 16)].join("-");
}

/** How many rows a page has: the size of one that goes back, where none was given. */
function pageSize(page: ApiJson): number {
  return Array.isArray(page["nodes"]) ? Math.max(1, page["nodes"].length) : 1;
}

/** The text of a value; null of one that has none, such as one that holds itself. */
function written(value: unknown): string | null {
  try {
    return JSON.stringify(value) ?? null;
  } catch {
    return null;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isJson(it: unknown): it is ApiJson {
  return typeof it === "object" && it !== null && !Array.isArray(it);
}

function isFilled<T>(list: readonly T[]): list is readonly [T, ...T[]] {
  return list.length > 0;
}

function textOrNull(it: unknown): string | null {
  return typeof it === "string" ? it : null;
}
