
"use strict";
(() => {
  const main = document.querySelector("main");
  const box = document.getElementById("search");
  const count = document.getElementById("count");
  const MARKED = 5000; // matches that are marked at once
  const MOST = 100000; // matches that can be walked through
  let matches = []; // [text node, start]
  let length = 0;
  let current = -1;
  let failure = -1;
  let timer = 0;

  const rangeOf = ([node, start]) => {
    const range = new Range();
    range.setStart(node, Math.min(start, node.length));
    range.setEnd(node, Math.min(start + length, node.length));
    return range;
  };

  const mark = (name, ranges) => {
    if (window.CSS && CSS.highlights) CSS.highlights.set(name, new Highlight(...ranges));
  };

  const reveal = (node) => {
    for (let holder = node.parentElement; holder && holder !== main; holder = holder.parentElement) {
      if (holder.tagName === "DETAILS") holder.open = true;
    }
  };

  const visible = (node) => {
    for (let holder = node.parentElement; holder && holder !== main; holder = holder.parentElement) {
      if (holder.tagName !== "DETAILS" && holder.tagName !== "SUMMARY" && !holder.classList.length) continue;
      if (getComputedStyle(holder).display === "none") return false;
    }
    return true;
  };

  const search = () => {
    const words = box.value.toLowerCase();
    matches = [];
    current = -1;
    length = words.length;
    let total = 0;
    if (words) {
      const walker = document.createTreeWalker(main, NodeFilter.SHOW_TEXT);
      for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        const text = node.data.toLowerCase();
        let at = text.indexOf(words);
        if (at < 0 || !visible(node)) continue;
        for (; at >= 0; at = text.indexOf(words, at + length)) {
          if (total++ < MOST) matches.push([node, at]);
        }
      }
    }
    mark("found", matches.slice(0, MARKED).map(rangeOf));
    mark("current", []);
    count.value = words ? `${total.toLocaleString("en")} found` : "";
  };

  const go = (step) => {
    if (!matches.length) return;
    current = current < 0 && step < 0 ? matches.length - 1 : (current + step + matches.length) % matches.length;
    const match = matches[current];
    reveal(match[0]);
    const range = rangeOf(match);
    mark("current", [range]);
    if (!(window.CSS && CSS.highlights)) {
      getSelection().removeAllRanges();
      getSelection().addRange(range);
    }
    const holder = match[0].parentElement.closest("pre") || match[0].parentElement;
    holder.scrollIntoView({ block: "center" });
    const above = range.getBoundingClientRect().top - holder.getBoundingClientRect().top;
    holder.scrollTop += above - holder.clientHeight / 2; // what is long scrolls within itself
    count.value = `${(current + 1).toLocaleString("en")} of ${matches.length.toLocaleString("en")}`;
  };

  const goToFailure = () => {
    const failures = main.querySelectorAll(".call.failed, .event.failed");
    if (!failures.length) return;
    failure = (failure + 1) % failures.length;
    reveal(failures[failure].firstElementChild);
    failures[failure].scrollIntoView({ block: "center" });
  };

  const every = (open) => {
    for (const each of main.querySelectorAll("details")) each.open = open;
  };

  box.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(search, 150);
  });
  box.addEventListener("keydown", (event) => {
    if (event.key === "Enter") {
      event.preventDefault();
      clearTimeout(timer);
      if (current < 0) search();
      go(event.shiftKey ? -1 : 1);
    } else if (event.key === "Escape") {
      box.value = "";
      search();
      box.blur();
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.target === box || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "/") {
      event.preventDefault();
      box.focus();
    } else if (event.key === "f") {
      goToFailure();
    }
  });
  document.getElementById("next").addEventListener("click", () => go(1));
  document.getElementById("previous").addEventListener("click", () => go(-1));
  document.getElementById("failure").addEventListener("click", goToFailure);
  document.getElementById("open").addEventListener("click", () => every(true));
  document.getElementById("close").addEventListener("click", () => every(false));
  if (!main.querySelector(".user, .assistant, .call")) {
    document.querySelector("[data-hides=other]").checked = true; // there is nothing else
  }
  for (const filter of document.querySelectorAll("[data-hides]")) {
    const apply = () => main.classList.toggle(`without-${filter.dataset.hides}`, !filter.checked);
    apply(); // a browser may keep what was chosen when a page is loaded again
    filter.addEventListener("change", () => {
      apply();
      if (box.value) search();
    });
  }
  const openTarget = () => {
    const target = location.hash.length > 1 && document.getElementById(location.hash.slice(1));
    if (!target) return;
    reveal(target.firstElementChild);
    target.scrollIntoView();
  };
  addEventListener("hashchange", openTarget);
  document.getElementById("bar").hidden = false;
  openTarget();
})();
