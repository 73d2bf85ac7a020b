import { resolve } from 'node:path';
import ipaddr from 'ipaddr.js';

// A kind says in words what a setting may be, and reads it from a JSON value or from a variable's text; what it
// cannot read it answers with `undefined`.

export const aString = { is: 'a string', read: (value) => (typeof value === 'string' ? value : undefined) };

/** A path, relative to the working directory. */
export const aFile = {
  is: 'a path',
  read: (value) => (typeof value === 'string' ? resolve(value) : undefined),
};

/** An array of strings, or one string with commas. */
export const aList = {
  is: 'a list of strings',
  read(value) {
    const list = typeof value === 'string' ? value.split(',').map((item) => item.trim()) : value;
    const isList = Array.isArray(list) && list.every((item) => typeof item === 'string');
    return isList ? list.filter((item) => item !== '') : undefined;
  },
};

/** Networks in CIDR notation. */
export const aListOfNetworks = {
  is: 'a list of networks such as 10.1.0.0/16',
  read(value) {
    const list = aList.read(value);
    return list?.every((item) => ipaddr.isValidCIDR(item)) ? list : undefined;
  },
};

/** An address of a database. */
export const aDatabase = {
  is: 'an address that begins with mongodb:// or redis://',
  read: (value) => (/^(mongodb(\+srv)?|rediss?):\/\//.test(value) ? value : undefined),
};

export function aNumber(least, most) {
  return {
    is: `a number from ${least} to ${most}`,
    read(value) {
      const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
      return Number.isInteger(number) && number >= least && number <= most ? number : undefined;
    },
  };
}

export function oneOf(...words) {
  return {
    is: `one of ${words.join(', ')}`,
    read: (value) => (words.includes(value) ? value : undefined),
  };
}
