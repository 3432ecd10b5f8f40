// Tells each time in the browser's zone, whose name it says. What the server wrote is UTC; the exact value stays on hover.
"use strict";
{
  const day = { day: "numeric", month: "short", year: "numeric" };
  const clock = { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZoneName: "short" };
  const shows = {
    clock: new Intl.DateTimeFormat("en-GB", clock),
    minute: new Intl.DateTimeFormat("en-GB", { ...day, ...clock }),
    second: new Intl.DateTimeFormat("en-GB", { ...day, ...clock, second: "2-digit" }),
  };
  const localise = (root) => {
    for (const it of root.querySelectorAll("time[data-shows]")) {
      const time = new Date(it.dateTime);
      if (!Number.isNaN(time.valueOf())) it.textContent = shows[it.dataset.shows].format(time);
    }
  };
  localise(document);
  document.addEventListener("htmx:before:swap", ({ detail }) => detail.tasks.forEach((it) => localise(it.fragment)));
}
