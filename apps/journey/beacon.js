/* Handrail's beacon. It tells which pages a visitor opens, what fails there and where they hesitate, and shows an offer
   of help if there is one. No cookie, no typed text, no query strings; silent where the browser asks not to be tracked.
   <script async src="https://HANDRAIL/journey/beacon.js"></script>
   handrail('failed', 'payment')  a step of a workflow did not work
   handrail('error', '404')       an error page
   handrail.visitor               the visitor's random name, for the metadata of whatever they write to you
   document 'handrail:accepted'   the visitor wants help: open your messenger (Zendesk's opens by itself) */
(function () {
  'use strict';
  var rules = /*RULES*/ {};
  var script = document.currentScript;
  var base = new URL(script.src).origin;
  if (navigator.doNotTrack === '1' || navigator.globalPrivacyControl) { window.handrail = function () {}; return; }

  var LABELS = {
    en: ['Yes, please', 'No, thanks', 'Offer of help'], de: ['Ja, gern', 'Nein, danke', 'Hilfsangebot'],
    es: ['Sí, por favor', 'No, gracias', 'Oferta de ayuda'], fr: ['Oui, volontiers', 'Non, merci', 'Proposition d’aide'],
    pt: ['Sim, por favor', 'Não, obrigado', 'Oferta de ajuda'], ja: ['お願いします', '結構です', 'お手伝いのご案内']
  };
  // The offer is made within a second; a busy machine takes longer, and the moment lasts for minutes.
  var ASK_AFTER_MS = [1500, 4000, 9000, 18000, 40000], DAY_MS = 86400000;
  var store = window.sessionStorage;
  var visitor = kept('handrail.visitor', function () {
    return Array.from(crypto.getRandomValues(new Uint8Array(16)), function (b) { return ('0' + b.toString(16)).slice(-2); }).join('');
  });
  var language = (document.documentElement.lang || navigator.language || 'en').slice(0, 2).toLowerCase();
  var shown = null;

  function kept(name, make) {
    try {
      var value = store.getItem(name) || make();
      store.setItem(name, value);
      return value;
    } catch (_) { return make(); }
  }

  // What outlives the tab: when this browser was asked, and when somebody said no. Plain times; they are told to nobody.
  function times(name) {
    try { return (localStorage.getItem(name) || '').split(',').map(Number).filter(Boolean); } catch (_) { return []; }
  }

  function note(name) {
    var today = times(name).filter(function (at) { return Date.now() - at < DAY_MS; });
    try { localStorage.setItem(name, today.concat(Date.now()).join(',')); } catch (_) { /* private mode */ }
  }

  function capped() {
    function since(ms) { return function (at) { return Date.now() - at < ms; }; }
    return times('handrail.asked').filter(since(DAY_MS)).length >= rules.perDay ||
      times('handrail.no').some(since(rules.afterNoSeconds * 1000));
  }

  function send(path, body) {
    body.visitor = visitor;
    // text/plain needs no preflight; keepalive survives the page.
    fetch(base + '/journey/' + path, { method: 'POST', body: JSON.stringify(body), keepalive: true, credentials: 'omit' })
      .catch(function () {});
  }

  function step(kind, name, seconds) {
    if (capped()) return; // whoever may not be asked has nothing to tell either
    var number = Number(kept('handrail.number', function () { return '0'; })) + 1;
    try { store.setItem('handrail.number', String(number)); } catch (_) { /* private mode */ }
    send('steps', {
      number: number, kind: kind, page: location.pathname.slice(0, 300), language: language,
      name: String(name || '').replace(/[^\p{L}\p{N}_ .:/-]/gu, '').slice(0, 60), seconds: seconds || 0
    });
    if (kind !== 'page' || rules.opened) ASK_AFTER_MS.forEach(function (after) { setTimeout(ask, after); });
  }

  function ask() {
    if (shown || capped() || document.visibilityState !== 'visible') return;
    fetch(base + '/journey/offer?visitor=' + visitor, { credentials: 'omit' })
      .then(function (answer) { return answer.status === 200 ? answer.json() : null; })
      .then(function (offer) { if (offer && !shown) show(offer); })
      .catch(function () {});
  }

  function show(offer) {
    shown = offer;
    note('handrail.asked');
    var labels = LABELS[offer.language] || LABELS.en;
    var host = document.createElement('div');
    var root = host.attachShadow({ mode: 'open' });
    var style = new CSSStyleSheet();
    style.replaceSync(':host{all:initial}section{position:fixed;inset-block-end:16px;inset-inline-end:16px;z-index:2147483000;' +
      'max-width:min(320px,calc(100vw - 32px));box-sizing:border-box;padding:16px;border-radius:12px;background:#fff;color:#1f2933;' +
      'font:15px/1.45 system-ui,sans-serif;box-shadow:0 8px 30px rgba(0,0,0,.25)}p{margin:0 0 12px}' +
      'button{font:inherit;padding:8px 14px;border-radius:8px;border:1px solid #1f5f4a;background:#fff;color:#1f5f4a;cursor:pointer;margin-inline-end:8px}' +
      'button.yes{background:#1f5f4a;color:#fff}button:focus-visible{outline:3px solid #f2b441;outline-offset:2px}' +
      '@media (prefers-color-scheme:dark){section{background:#22303a;color:#eef2f4}button{background:#22303a;color:#9fdcc4;border-color:#9fdcc4}button.yes{background:#9fdcc4;color:#10231c}}');
    root.adoptedStyleSheets = [style];
    var box = document.createElement('section');
    box.setAttribute('role', 'region');
    box.setAttribute('aria-label', labels[2]);
    box.lang = offer.language;
    var words = document.createElement('p');
    words.setAttribute('role', 'status');
    words.textContent = offer.text;
    box.append(words, button(labels[0], 'yes', 'accepted'), button(labels[1], 'no', 'declined'));
    box.addEventListener('keydown', function (event) { if (event.key === 'Escape') settle('declined'); });
    root.append(box);
    document.body.append(host);

    function button(label, kind, answer) {
      var made = document.createElement('button');
      made.type = 'button';
      made.className = kind;
      made.textContent = label;
      made.addEventListener('click', function () { settle(answer); });
      return made;
    }

    function settle(answer) {
      host.remove();
      if (answer === 'declined') note('handrail.no');
      send('answers', { offer: offer.id, answer: answer });
      if (answer === 'accepted') accepted(offer);
    }
  }

  function accepted(offer) {
    // What the visitor writes next is known to come from here.
    if (typeof window.zE === 'function') {
      window.zE('messenger:set', 'conversationTags', ['handrail-visitor-' + visitor]);
      window.zE('messenger', 'open');
    }
    document.dispatchEvent(new CustomEvent('handrail:accepted', { detail: { offer: offer.id, visitor: visitor } }));
  }

  var quietSince = Date.now();
  var told = {};
  ['keydown', 'pointerdown', 'input'].forEach(function (name) {
    addEventListener(name, function () { quietSince = Date.now(); }, { passive: true, capture: true });
  });
  setInterval(function () {
    if (document.visibilityState !== 'visible') { quietSince = Date.now(); return; }
    var seconds = Math.floor((Date.now() - quietSince) / 1000);
    rules.hesitation.forEach(function (rule) {
      var key = location.pathname + rule.seconds;
      var here = !rule.pages.length || rule.pages.some(function (place) {
        return location.pathname === place || location.pathname.indexOf(place.replace(/\/$/, '') + '/') === 0;
      });
      if (here && seconds >= rule.seconds && !told[key]) { told[key] = true; step('hesitated', '', seconds); }
    });
  }, 1000);

  window.handrail = function (kind, name) { if (kind === 'failed' || kind === 'error') step(kind, name); };
  window.handrail.visitor = visitor;
  addEventListener('error', function (event) { if (event.message) step('error', 'script'); });
  step('page');
})();
