import { ToxicityGuardError } from '../errors.js';
import type { Field, FieldLimits } from './field.js';

/** The texts found so far, within the bounds of one request. */
export class FieldList {
  readonly fields: Field[] = [];
  #length = 0;

  constructor(private readonly limits: FieldLimits) {}

  /** @throws {ToxicityGuardError} `TOO_MANY_FIELDS`, `TEXT_TOO_LONG` as soon as a bound is passed. */
  add(field: Field): void {
    const { maxFields, maxTextLength } = this.limits;
    if (this.fields.length >= maxFields) {
      throw new ToxicityGuardError('TOO_MANY_FIELDS', `The request has more than ${maxFields} texts.`);
    }
    this.#length += field.text.length;
    if (this.#length > maxTextLength) {
      throw new ToxicityGuardError(
        'TEXT_TOO_LONG',
        `The texts of the request are longer than ${maxTextLength} characters together.`,
      );
    }
    this.fields.push(field);
  }
}
