import {
  type Classifier,
  type ClassifierOptions,
  createGuard,
  type Decision,
  type FieldsOption,
  type GuardOptions,
  type GuardRequest,
  type Mode,
  type Thresholds,
} from '@toxicity-guard/core';
import { type ToxicityGuardOptions, toxicityGuard } from '@toxicity-guard/express';
import type { NextFunction, Request, Response } from 'express';
import { describe, expect, expectTypeOf, it } from 'vitest';

describe('the types that a user meets', () => {
  it('of GuardOptions: a value or a function of the request, and undefined for absent', () => {
    expectTypeOf<{ mode: undefined }>().toExtend<GuardOptions>();
    expectTypeOf<Mode>().toExtend<GuardOptions['mode']>();
    expectTypeOf<(request: GuardRequest) => Promise<Mode>>().toExtend<GuardOptions['mode']>();
    expectTypeOf<Thresholds>().toExtend<GuardOptions['thresholds']>();
    expectTypeOf<(request: GuardRequest) => Thresholds>().toExtend<GuardOptions['thresholds']>();
    expectTypeOf<GuardOptions['fields']>().toEqualTypeOf<FieldsOption | undefined>();
    expectTypeOf<GuardOptions['failure']>().toEqualTypeOf<'closed' | 'open' | undefined>();
    expectTypeOf<Classifier>().toExtend<GuardOptions['classifier']>();
    expectTypeOf<ClassifierOptions>().toExtend<GuardOptions['classifier']>();
  });

  it('of GuardOptions: no other key and no other value, as at run time', () => {
    // @ts-expect-error a misspelt key
    expect(() => createGuard({ treshold: 0.5 })).toThrow(TypeError);
    // @ts-expect-error a mode that there is not
    expect(() => createGuard({ mode: 'block' })).toThrow(TypeError);
    // @ts-expect-error a label that there is not
    expect(() => createGuard({ thresholds: { reject: { rude: 0.5 } } })).toThrow(TypeError);
    // @ts-expect-error a part that there is not
    expect(() => createGuard({ fields: { cookies: true } })).toThrow(TypeError);
    // @ts-expect-error a number that is a string
    expect(() => createGuard({ deadlineMs: '50' })).toThrow(TypeError);
  });

  it('of Express: the mark on a request, and functions that know Express', () => {
    expectTypeOf<Request['toxicity']>().toEqualTypeOf<Decision | undefined>();
    expectTypeOf<NonNullable<ToxicityGuardOptions['skip']>>().parameters.toEqualTypeOf<[Request]>();
    expectTypeOf<NonNullable<ToxicityGuardOptions['handler']>>().parameters.toEqualTypeOf<
      [Decision, Request, Response, NextFunction]
    >();
    expectTypeOf<GuardOptions>().toExtend<ToxicityGuardOptions>();
    // @ts-expect-error a function of nothing that Express has
    expect(() => toxicityGuard({ skip: 'never' })).toThrow(TypeError);
  });
});
