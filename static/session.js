// Warns two minutes before the session ends (WCAG 2.2.1), and lets one stay with a key press.
(() => {
  "use strict";

  const dialog = document.getElementById("okt");
  if (!dialog) return;

  const WARN_SECONDS = 120;
  const SPOKEN = new Set([120, 60, 30, 10]);
  const tabs = new BroadcastChannel("okt");
  const find = (name) => dialog.querySelector(`[data-${name}]`);
  const stay = find("stay");
  let ends;

  const words = (seconds) => {
    if (seconds >= 60 && seconds % 60 === 0) return seconds === 60 ? "1 minutt" : `${seconds / 60} minutter`;
    return seconds === 1 ? "1 sekund" : `${seconds} sekunder`;
  };
  const over = (yes) => {
    find("before").hidden = yes;
    find("after").hidden = !yes;
    document.getElementById("okt-tittel").textContent = yes ? "Du er logget ut" : "Du blir snart logget ut";
    stay.textContent = yes ? "Lukk" : "Fortsett";
  };
  const renew = () => {
    ends = Date.now() + Number(dialog.dataset.seconds) * 1000;
    if (dialog.open) dialog.close();
    over(false);
  };
  // Any request counts, in this tab or another.
  const seen = () => {
    renew();
    tabs.postMessage("seen");
  };

  const tick = () => {
    const left = Math.round((ends - Date.now()) / 1000);
    if (left > WARN_SECONDS) return;
    if (!dialog.open && find("after").hidden) dialog.showModal();
    if (left <= 0) {
      if (!find("after").hidden) return;
      over(true);
      find("said").textContent = find("after").textContent;
      return;
    }
    find("left").textContent = words(left);
    if (SPOKEN.has(left)) find("said").textContent = `Du blir logget ut om ${words(left)}.`;
  };

  stay.addEventListener("click", async () => {
    if (!find("after").hidden) return dialog.close();
    const answer = await fetch("/logg-inn/forleng", {
      method: "POST", headers: { Accept: "application/json" },
    }).catch(() => null);
    if (answer?.ok) seen();
    else over(true);
  });
  dialog.addEventListener("cancel", (event) => {
    event.preventDefault();
    stay.click();
  });
  document.addEventListener("htmx:after:request", seen);
  tabs.addEventListener("message", renew);
  setInterval(tick, 1000);
  seen();
})();
