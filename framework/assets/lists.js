// What the admin's lists and pickers need beside htmx: a sign while a request runs, words where it fails, inputs that agree with the
// rows, the top of a new page in view, and Enter in a picker's search.
"use strict";
{
  const list = document.getElementById("list");
  const filters = document.getElementById("filters");
  let isLeft = false;
  const isOfList = (ctx) => Boolean(list) && ctx.select === "#rows";

  // A sign while a request runs.
  const running = new Map();
  const count = (it, by) => {
    running.set(it, (running.get(it) ?? 0) + by);
    it.setAttribute("aria-busy", String(running.get(it) > 0));
  };
  const place = ({ sourceElement }) => sourceElement.closest(".picker") ?? list;
  document.addEventListener("htmx:before:request", ({ detail: { ctx } }) => {
    ctx.place = place(ctx);
    if (ctx.place) count(ctx.place, 1);
  });
  document.addEventListener("htmx:finally:request", ({ detail: { ctx } }) => {
    if (ctx.place) count(ctx.place, -1);
  });

  // Inputs that were changed since the rows were last asked for; a request for them is on its way.
  const changed = new Set();
  // The input that was last typed into: as long as it is, typing further is the same step of the browser's history.
  let typedInto = null;
  filters?.addEventListener("input", ({ target }) => changed.add(target));
  filters?.addEventListener("change", () => (typedInto = null));

  document.addEventListener("htmx:config:request", ({ detail: { ctx } }) => {
    if (!isOfList(ctx)) return;
    const { sourceElement, sourceEvent, request } = ctx;
    if (sourceElement === filters) {
      changed.clear();
      for (const name of [...request.body.keys()]) if (!request.body.get(name)) request.body.delete(name);
      ctx.typed = sourceEvent.type === "input" ? sourceEvent.target : null;
    }
    ctx.goesToTop = Boolean(sourceElement.closest(".pages, .failure"));
  });
  document.addEventListener("htmx:after:request", ({ detail: { ctx } }) => {
    if (!isOfList(ctx) || !ctx.hx.pushurl) return;
    if (ctx.hx.pushurl === location.pathname + location.search) {
      ctx.hx.pushurl = "false";
    } else if (ctx.typed && ctx.typed === typedInto) {
      ctx.hx.replaceurl = ctx.hx.pushurl;
      delete ctx.hx.pushurl;
    }
  });

  // Words where it fails. Whatever is no list, or nothing that a picker finds, is not shown in its place.
  document.addEventListener("htmx:before:swap", (event) => {
    const { ctx, tasks } = event.detail;
    if (isLeft) return event.preventDefault();
    if (!ctx.select || tasks.find((it) => it.type === "main")?.fragment.firstElementChild) return;
    event.preventDefault();
    fail(ctx);
  });
  document.addEventListener("htmx:error", ({ detail: { ctx } }) => {
    if (ctx?.select && !isLeft) fail(ctx);
  });
  const fail = (ctx) => {
    const page = new DOMParser().parseFromString(ctx.text ?? "", "text/html");
    const isSignedOut = ctx.response?.status === 401 || Boolean(page.querySelector('a[href^="/sign-in"]'));
    const template = document.getElementById(isSignedOut ? "signed-out" : "unanswered");
    const region = ctx.place?.querySelector(".failure");
    if (!template || !region) return;
    const words = template.content.cloneNode(true);
    const wanted = isOfList(ctx) ? ctx.request.action : location.pathname + location.search;
    const link = words.querySelector("a");
    if (isSignedOut) {
      link.href = `/sign-in?return_to=${encodeURIComponent(wanted)}`;
    } else if (isOfList(ctx)) {
      link.href = wanted;
      link.setAttribute("hx-get", wanted);
    } else {
      // Its button shows the form again, with what it finds and all that was entered.
      link.remove();
    }
    const reason = [...page.querySelectorAll("main > p")].map((it) => it.textContent).join(" ");
    if (!isSignedOut) words.querySelector(".reason").textContent = reason.slice(0, 300);
    const hadFocus = region.contains(document.activeElement);
    region.replaceChildren(words);
    htmx.process(region);
    if (hadFocus) link.focus();
    if (ctx.place !== list) return;
    // The filters say already what these rows do not.
    if (ctx.sourceElement === filters) list.classList.add("stale");
    region.scrollIntoView({ block: "nearest" });
  };

  document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
    if (!ctx.select) return;
    ctx.place?.querySelector(".failure")?.replaceChildren();
    if (!isOfList(ctx)) return;
    typedInto = ctx.typed ?? null;
    list.classList.remove("stale");
    agree();
    if (ctx.goesToTop) top();
  });

  // The inputs hold what the rows were asked for.
  const agree = () => {
    for (const it of filters.elements) {
      if (!it.name || changed.has(it)) continue;
      if (it.tagName === "SELECT") for (const option of it.options) option.selected = option.defaultSelected;
      else if (it.value.trim() !== it.defaultValue) it.value = it.defaultValue;
    }
  };

  // The top of a new page is in view and has the focus.
  const top = () => {
    document.getElementById("rows").focus({ preventScroll: true });
    document.getElementById("status").scrollIntoView();
  };

  // A step back or forward loads the page anew; rows that come meanwhile are of a page that is being left. htmx leaves steps alone
  // that it did not make, such as that of a link within the page.
  const leave = () => (isLeft = true);
  document.addEventListener("htmx:before:history:restore", leave);
  let shown = location.pathname + location.search;
  const see = () => (shown = location.pathname + location.search);
  document.addEventListener("htmx:after:history:push", see);
  document.addEventListener("htmx:after:history:replace", see);
  addEventListener("popstate", () => {
    if (location.pathname + location.search === shown) return;
    leave();
    location.reload();
  });

  // Enter in a picker's search searches; in every other field it sends the form.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing || !event.target.matches?.(".picker input[type=search]")) return;
    event.preventDefault();
    htmx.trigger(event.target, "search");
  });
}
