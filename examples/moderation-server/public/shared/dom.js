export const find = (id) => document.getElementById(id);

/** An element with properties and children. Text is always a text node, never markup. */
export function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

/** An SVG element with attributes and children. */
export function shape(name, attributes = {}, ...children) {
  const made = document.createElementNS('http://www.w3.org/2000/svg', name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

/** A screen reader reads every change aloud, so what stays the same is left alone. */
export function say(node, sentence) {
  if (node.textContent !== sentence) node.textContent = sentence;
}

const numbers = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });

/** A count fit to read, `12,345`. */
export const readNumber = (number) => numbers.format(number);
