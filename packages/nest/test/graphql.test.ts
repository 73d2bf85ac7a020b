import type { Decision } from '@toxicity-guard/core';
import { afterEach, describe, expect, it } from 'vitest';
import { wordClassifier } from '../../core/test/guard-classifier.js';
import type { ToxicityModuleOptions } from '../src/index.js';
import { ask, closeAll, listen } from './apps.js';
import { loadMajors } from './majors.js';

const cases = (await loadMajors()).flatMap(([name, major]) => [
  { name: `${name}, Apollo on Express`, platform: 'Express' as const, ...major },
  { name: `${name}, Mercurius on Fastify`, platform: 'Fastify' as const, ...major },
]);

afterEach(closeAll);

const typeDefs = `
  input Draft { title: String!, tags: [String!], body: String }
  type Verdict { action: String, route: String }
  type Comment { id: ID!, similar(to: String!): String }
  type Query { find(q: String!): Verdict, plain(q: String!): Verdict, comment: Comment, none: Verdict }
  type Mutation { add(comment: String!): Verdict, draft(draft: Draft!): Verdict }
`;

describe.each(cases)('$name', ({ platform, nest, guard }) => {
  const { FlagToxic, RejectToxic, SkipToxicity, Toxicity, ToxicityGuard, ToxicityModule } = guard;

  async function serve(options: ToxicityModuleOptions = {}) {
    const { Args, GraphQLModule, Mutation, Parent, Query, ResolveField, Resolver } = await nest.graphql();
    const driver =
      platform === 'Express' ? (await nest.apollo()).ApolloDriver : (await nest.mercurius()).MercuriusDriver;
    const verdict = (toxicity: Decision | null) => ({ action: toxicity?.action ?? null });

    @Resolver()
    @RejectToxic()
    class Comments {
      @Query('find')
      @FlagToxic()
      find(@Args('q') _q: string, @Toxicity() toxicity: Decision | null) {
        return verdict(toxicity);
      }
      @Query('plain')
      @SkipToxicity()
      plain(@Args('q') _q: string, @Toxicity() toxicity: Decision | null) {
        return verdict(toxicity);
      }
      @Query('none')
      none(@Toxicity() toxicity: Decision | null) {
        return verdict(toxicity);
      }
      @Query('comment')
      comment() {
        return { id: '1' };
      }
      @Mutation('add')
      add(@Args('comment') _comment: string, @Toxicity() toxicity: Decision | null) {
        return verdict(toxicity);
      }
      @Mutation('draft')
      draft(@Args('draft') _draft: object, @Toxicity() toxicity: Decision | null) {
        return verdict(toxicity);
      }
    }
    @Resolver('Comment')
    class Comment {
      @ResolveField('similar')
      similar(@Parent() _comment: object, @Args('to') to: string) {
        return to;
      }
    }
    const app = await listen(nest, platform, {
      imports: [
        ToxicityModule.forRoot({ classifier: wordClassifier(), ...options }),
        GraphQLModule.forRoot({ driver, typeDefs, fieldResolverEnhancers: ['guards'] } as object),
      ],
      providers: [Comments, Comment, { provide: nest.core.APP_GUARD, useClass: ToxicityGuard }],
    });
    return {
      ...app,
      query: async (query: string, variables: object = {}) =>
        (await app.post('/graphql', { query, variables })).json,
    };
  }

  it('hands a resolver its verdict', async () => {
    const { query } = await serve();
    expect(await query('mutation { add(comment: "a kind word") { action } }')).toEqual({
      data: { add: { action: 'allow' } },
    });
    expect(await query('mutation { add(comment: "RUDE") { action } }')).toEqual({
      data: { add: { action: 'flag' } },
    });
    expect(await query('{ none { action } }')).toEqual({ data: { none: { action: null } } });
  });

  it('refuses with an error whose extensions carry the problem', async () => {
    const { query, log } = await serve();
    const answer = await query('mutation($d: Draft!) { draft(draft: $d) { action } }', {
      d: { title: 'fine', tags: ['fine', 'REFUSE'] },
    });
    expect(answer.data).toEqual({ draft: null });
    expect(answer.errors).toHaveLength(1);
    expect(answer.errors[0]).toMatchObject({
      message: '1 text was refused as toxic.',
      path: ['draft'],
      extensions: {
        code: 'TOXIC_CONTENT',
        problem: {
          type: 'urn:toxicity-guard:problem:toxic-content',
          title: 'Content refused',
          status: 422,
          detail: '1 text was refused as toxic.',
          code: 'TOXIC_CONTENT',
          errors: [{ in: 'body', pointer: '#/draft/tags/1', labels: ['toxic', 'insult'] }],
        },
      },
    });
    expect(JSON.stringify(answer) + log()).not.toContain('REFUSE');
  });

  it('judges each resolver of a request by itself', async () => {
    const { query } = await serve();
    const { data, errors } = await query(
      '{ a: find(q: "fine") { action } b: find(q: "REFUSE") { action } c: plain(q: "REFUSE") { action } d: find(q: "RUDE") { action } }',
    );
    expect(errors).toBeUndefined();
    expect(data).toEqual({
      a: { action: 'allow' },
      b: { action: 'flag' },
      c: { action: null },
      d: { action: 'flag' },
    });
  });

  it('judges the arguments of fields, where Nest runs guards on them', async () => {
    const { query } = await serve();
    expect(await query('{ comment { id similar(to: "fine") } }')).toEqual({
      data: { comment: { id: '1', similar: 'fine' } },
    });
    const { data, errors } = await query('{ comment { id similar(to: "REFUSE") } }');
    expect(data).toEqual({ comment: { id: '1', similar: null } });
    expect(errors).toMatchObject([{ path: ['comment', 'similar'], extensions: { code: 'TOXIC_CONTENT' } }]);
  });

  it('tells hooks the resolver and its context', async () => {
    const seen: unknown[] = [];
    const { query } = await serve({
      onDecision: (_decision, { route, raw }) => seen.push(route, typeof raw),
    });
    await query('{ find(q: "fine") { action } }');
    expect(seen).toEqual(['Comments.find', 'object']);
  });

  it('refuses where the classifier fails, or lets pass and marks', async () => {
    const classifier = wordClassifier(() => Promise.reject(new Error('REFUSE')));
    const closed = await serve({ classifier });
    expect((await closed.query('mutation { add(comment: "fine") { action } }')).errors).toMatchObject([
      { extensions: { code: 'CLASSIFIER_FAILED', problem: { status: 503 } } },
    ]);
    const open = await serve({ classifier, failure: 'open' });
    expect(await open.query('mutation { add(comment: "fine") { action } }')).toEqual({
      data: { add: { action: 'unavailable' } },
    });
  });

  it('tells a mistake of the server to its log alone', async () => {
    const { query, log } = await serve({
      fields: () => {
        throw new RangeError('REFUSE');
      },
    });
    const answer = await query('mutation { add(comment: "fine") { action } }');
    expect(answer.errors).toMatchObject([
      {
        message: 'The server is not set up to check the content of this request.',
        extensions: { code: 'FIELDS_FAILED', problem: { status: 500 } },
      },
    ]);
    expect(log()).toContain('The `fields` function threw RangeError');
    expect(JSON.stringify(answer)).not.toContain('`fields`');
    expect(log()).not.toContain('REFUSE');
  });

  it('leaves other routes to their own', async () => {
    const { url } = await serve();
    expect((await ask(`${url}/nothing`)).status).toBe(404);
  });
});
