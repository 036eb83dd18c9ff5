// What HTML alone cannot do. Everything here is a comfort: each page works without it.
(() => {
  "use strict";

  const AUTOSAVE_MS = 4000;

  // A rejected form: put the reader at the summary, also when htmx swapped it in.
  // Once each: a later swap elsewhere on the page leaves the reader in peace.
  const seen = new WeakSet();
  const focusSummary = () => {
    const summary = document.querySelector(".ds-error-summary");
    if (!summary || seen.has(summary)) return;
    seen.add(summary);
    summary.focus();
  };

  // The user menu closes on Escape (focus back on its button) and on a click elsewhere.
  const openMenu = () => document.querySelector(".sh-menu[open]");
  document.addEventListener("keydown", (event) => {
    const menu = event.key === "Escape" && openMenu();
    if (!menu) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
  document.addEventListener("click", (event) => {
    const menu = openMenu();
    if (menu && !menu.contains(event.target)) menu.open = false;
  });

  // Autosave: <form data-autosave="/utkast/…"> with an element [data-autosave-status] inside.
  const timers = new WeakMap();
  const saved = new WeakMap();
  const saving = new WeakMap();
  const contents = (form) => {
    const data = new FormData(form);
    for (const [name, value] of [...data]) if (value instanceof File) data.delete(name);
    return new URLSearchParams(data);
  };
  const say = (form, text) => {
    const status = form.querySelector("[data-autosave-status]");
    if (status) status.textContent = text;
  };
  const save = async (form) => {
    clearTimeout(timers.get(form));
    timers.delete(form);
    const body = contents(form);
    if (saved.get(form) === body.toString()) return;
    try {
      const answer = await fetch(form.dataset.autosave, {
        method: "POST", body, keepalive: true, redirect: "error", headers: { Accept: "application/json" },
        signal: AbortSignal.timeout(AUTOSAVE_MS),
      });
      if (!answer.ok) throw new Error(String(answer.status));
      saved.set(form, body.toString());
      const now = new Date().toLocaleTimeString("nb-NO", { hour: "2-digit", minute: "2-digit", timeZone: "Europe/Oslo" });
      say(form, `Utkastet er lagret kl. ${now.replace(":", ".")}.`);
    } catch {
      say(form, "Utkastet er ikke lagret. Bruk «Lagre utkast» før du forlater siden.");
    }
  };
  const begin = (form) => {
    const work = save(form).finally(() => saving.get(form) === work && saving.delete(form));
    saving.set(form, work);
  };
  const autosaved = (event) => event.target.closest?.("form[data-autosave]");
  document.addEventListener("input", (event) => {
    const form = autosaved(event);
    if (form && !timers.has(form)) timers.set(form, setTimeout(begin, AUTOSAVE_MS, form));
  });
  document.addEventListener("focusout", (event) => {
    const form = autosaved(event);
    // On the way to a button, everything is sent anyway.
    const to = event.relatedTarget;
    if (form && timers.has(form) && !(to?.form === form && to.type === "submit")) begin(form);
  });
  // A save on its way goes first: after the form, it would be taken for somebody else's.
  document.addEventListener("submit", (event) => {
    const { target: form, submitter } = event;
    clearTimeout(timers.get(form));
    timers.delete(form);
    if (!saving.has(form)) return;
    event.preventDefault();
    saving.get(form).then(() => form.requestSubmit(submitter));
  });

  // A second click on a sending button must not send twice; the server refuses it too.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || event.defaultPrevented) return;
    if (form.dataset.sending) event.preventDefault();
    form.dataset.sending = "1";
    setTimeout(() => delete form.dataset.sending, 5000); // a download leaves the page standing
  });
  addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-sending]")) delete form.dataset.sending;
  });

  // <select data-autosubmit>: filters act at once; their button stays for everyone else.
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-autosubmit]")) event.target.form.requestSubmit();
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-print]")) print();
  });
  // An answer that asks for more opens the part where it is given.
  const openAsked = () => {
    for (const asks of document.querySelectorAll("[data-opens]")) {
      document.getElementById(asks.dataset.opens).open = true;
    }
  };
  // An answer without the part asked for (a conflict, the sign-in, an error) is a page of its own:
  // the same request as a whole page shows it, and nothing vanishes from this one.
  const again = ({ method, action, body }) => {
    if (method === "GET") return location.assign(action);
    const form = document.createElement("form");
    Object.assign(form, { method, action, hidden: true });
    for (const [name, value] of body) {
      const field = document.createElement("input");
      Object.assign(field, { type: "hidden", name, value });
      form.append(field);
    }
    document.body.append(form);
    form.submit();
  };
  document.addEventListener("htmx:after:request", (event) => {
    const { request, response, select, text } = event.detail.ctx;
    const part = select?.startsWith("#")
      ? text.includes(`id="${select.slice(1)}"`)
      : response.status < 400 || response.status === 422;
    if (part) return;
    event.preventDefault();
    again(request);
  });
  document.addEventListener("htmx:after:swap", openAsked);
  document.addEventListener("htmx:after:swap", focusSummary);
  focusSummary();
})();
