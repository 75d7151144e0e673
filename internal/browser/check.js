(() => {
  const found = [];
  const say = (what, el) => found.push(el ? `${what}: ${el.outerHTML.replace(/\s+/g, ' ').slice(0, 140)}` : what);
  const all = (selector) => [...document.querySelectorAll(selector)];
  const shown = (el) => el.checkVisibility({ opacityProperty: false, visibilityProperty: true }) && !el.closest('[hidden]');

  if (!document.documentElement.lang) say('no language on the root element');
  if (!['ltr', 'rtl'].includes(document.documentElement.dir)) say('no direction on the root element');
  if (!document.title.trim()) say('no title');
  if (all('main').length !== 1) say(`${all('main').length} main landmarks`);

  let level = 0;
  for (const h of all('h1,h2,h3,h4,h5,h6').filter(shown)) {
    const l = Number(h.tagName[1]);
    if (l > level + 1) say(`heading level ${l} follows ${level}`, h);
    if (!h.textContent.trim()) say('empty heading', h);
    level = l;
  }
  if (all('h1').length !== 1) say(`${all('h1').length} first headings`);

  const ids = new Set();
  for (const el of all('[id]')) {
    if (ids.has(el.id)) say('id used twice', el);
    ids.add(el.id);
  }
  for (const [attribute, list] of [['for', false], ['aria-describedby', true], ['aria-labelledby', true], ['list', false]]) {
    for (const el of all(`[${attribute}]`)) {
      for (const id of list ? el.getAttribute(attribute).split(/\s+/) : [el.getAttribute(attribute)]) {
        if (!ids.has(id)) say(`${attribute} names no element`, el);
      }
    }
  }
  for (const a of all('a[href^="#"]')) {
    if (!ids.has(decodeURIComponent(a.getAttribute('href').slice(1)))) say('link to no part of the page', a);
  }

  const named = (el) => (el.getAttribute('aria-label') || '').trim() ||
    (el.getAttribute('aria-labelledby') || '').split(/\s+/).some((id) => document.getElementById(id)?.textContent.trim());
  for (const el of all('input:not([type=hidden]),select,textarea')) {
    if (!named(el) && ![...el.labels].some((l) => l.textContent.trim())) say('field without a label', el);
  }
  for (const el of all('fieldset')) {
    const legend = el.firstElementChild;
    if (legend?.tagName !== 'LEGEND' || !legend.textContent.trim()) say('group without a legend', el);
  }
  for (const el of all('input[type=radio]')) {
    if (!el.closest('fieldset')) say('radio button outside a fieldset', el);
  }
  for (const el of all('a[href],button,summary')) {
    if (!named(el) && !el.textContent.trim()) say('nothing to read out', el);
  }
  for (const el of all('img:not([alt])')) say('picture without words', el);
  for (const el of all('svg:not([aria-hidden=true])')) {
    if (el.getAttribute('role') !== 'img' || !named(el)) say('drawing neither hidden nor named', el);
  }
  for (const el of all('[tabindex]')) {
    if (el.tabIndex > 0) say('positive tabindex', el);
  }
  for (const el of all('table')) {
    if (!el.querySelector('th[scope=col]')) say('table without headed columns', el);
    if (!el.caption && !named(el)) say('table without a name', el);
  }

  for (const el of all('input:not([type=hidden]),select,textarea,button,summary')) {
    if (!shown(el) || el.closest('[aria-hidden=true]')) continue; // a hidden default button is nobody's target
    let box = el.getBoundingClientRect();
    if (['radio', 'checkbox'].includes(el.type) && el.closest('label')) {
      const label = el.closest('label').getBoundingClientRect();
      if (label.width * label.height > box.width * box.height) box = label;
    }
    if (box.width < 24 || box.height < 24) say(`only ${Math.round(box.width)} by ${Math.round(box.height)} pixels`, el);
  }

  const colour = (text) => {
    const m = text.match(/rgba?\(([^)]+)\)/);
    if (!m) return null;
    const [r, g, b, a = 1] = m[1].split(/[,/\s]+/).filter(Boolean).map(Number);
    return { r, g, b, a };
  };
  const over = (top, under) => {
    const mix = (x, y) => x * top.a + y * (1 - top.a);
    return { r: mix(top.r, under.r), g: mix(top.g, under.g), b: mix(top.b, under.b), a: 1 };
  };
  const luminance = ({ r, g, b }) => {
    const [x, y, z] = [r, g, b].map((c) => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const behind = (el) => {
    const layers = [];
    for (let e = el; e; e = e.parentElement) {
      const style = getComputedStyle(e);
      if (style.backgroundImage !== 'none' && e.tagName !== 'SELECT') return null;
      const c = colour(style.backgroundColor);
      if (c && c.a > 0) layers.push(c);
      if (c && c.a === 1) break;
    }
    const dark = matchMedia('(prefers-color-scheme: dark)').matches;
    const base = dark ? { r: 18, g: 18, b: 18, a: 1 } : { r: 255, g: 255, b: 255, a: 1 };
    return layers.reverse().reduce((under, top) => over(top, under), base);
  };
  const judged = new Set();
  const judge = (el, words) => {
    if (judged.has(el) || !shown(el)) return;
    judged.add(el);
    const style = getComputedStyle(el);
    const box = el.getBoundingClientRect();
    if (box.width <= 1 || box.height <= 1) return; // for screen readers only
    const ground = behind(el);
    if (!ground) return say('text on a picture: its contrast cannot be told', el);
    const ink = colour(el.namespaceURI.endsWith('svg') ? style.fill : style.color);
    if (!ink) return say(`colour ${style.color} cannot be told`, el);
    const [a, b] = [luminance(over(ink, ground)), luminance(ground)].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    const size = parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    if (ratio < (large ? 3 : 4.5)) say(`contrast ${ratio.toFixed(2)} of "${words.trim().slice(0, 40)}"`, el);
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let n = walker.nextNode(); n; n = walker.nextNode()) {
    if (n.data.trim() && !n.parentElement.closest('script,style,option,title')) judge(n.parentElement, n.data);
  }
  for (const el of all('select,textarea,input:not([type=hidden],[type=radio],[type=checkbox])')) judge(el, el.value || el.name);

  const root = document.scrollingElement;
  if (root.scrollWidth > innerWidth) {
    say(`${root.scrollWidth} pixels wide on a screen of ${innerWidth}`);
    for (const el of all('body *')) {
      if (el.getBoundingClientRect().right > innerWidth + 1 && !el.closest('.scroll')) { say('reaches beyond the screen', el); break; }
    }
  }
  return found;
})()
