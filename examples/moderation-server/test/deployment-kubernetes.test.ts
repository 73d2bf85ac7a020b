import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Deployment } from 'kubernetes-models/apps/v1/Deployment';
import { HorizontalPodAutoscaler } from 'kubernetes-models/autoscaling/v2/HorizontalPodAutoscaler';
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1/PodDisruptionBudget';
import { Service } from 'kubernetes-models/v1/Service';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import {
  DEPLOYMENT,
  drainSeconds,
  memoryMb,
  read,
  readYaml,
  settingOf,
  VARIABLES,
} from './deployment-files.js';

describe('the manifests for Kubernetes', () => {
  const deployment = readYaml('kubernetes/deployment.yaml');
  const autoscaler = readYaml('kubernetes/autoscaler.yaml');
  const budget = readYaml('kubernetes/disruption-budget.yaml');
  const service = readYaml('kubernetes/service.yaml');
  const pod = deployment.spec.template.spec;
  const [container] = pod.containers;
  const env = Object.fromEntries(
    container.env.map(({ name, value }: { name: string; value: string }) => [name, value]),
  );

  const manifests = [
    { kind: Deployment, value: deployment, type: 'IDeployment', module: 'apps/v1/Deployment' },
    {
      kind: HorizontalPodAutoscaler,
      value: autoscaler,
      type: 'IHorizontalPodAutoscaler',
      module: 'autoscaling/v2/HorizontalPodAutoscaler',
    },
    {
      kind: PodDisruptionBudget,
      value: budget,
      type: 'IPodDisruptionBudget',
      module: 'policy/v1/PodDisruptionBudget',
    },
    { kind: Service, value: service, type: 'IService', module: 'v1/Service' },
  ];

  it.each(manifests)('fit the schema: $value.kind', ({ kind, value }) => {
    new kind(value).validate();
    expect(() => new kind({ ...value, spec: 3 }).validate()).toThrow('data/spec must be object');
  });

  it('have no field that Kubernetes does not know, as kubectl asks', () => {
    expect(typeErrors(manifests)).toEqual([]);
    const wrong = manifests.map((manifest) => {
      const { value } = manifest;
      return { ...manifest, value: { ...value, spec: { ...value.spec, replica: 2 } } };
    });
    expect(typeErrors(wrong)).toEqual(
      manifests.map(({ type }) => expect.stringContaining(`type '${type}Spec'`)),
    );
  }, 60_000);

  it('are all of them in the kustomization, but the values of another chart', () => {
    const { resources, images } = readYaml('kubernetes/kustomization.yaml');
    const files = readdirSync(join(DEPLOYMENT, 'kubernetes'));
    expect([...resources, 'kustomization.yaml', 'prometheus-adapter.yaml'].sort()).toEqual(files.sort());
    expect(container.image).toBe(`${images[0].name}:${images[0].newTag}`);
  });

  it('find one another', () => {
    const { labels } = deployment.spec.template.metadata;
    for (const selector of [
      deployment.spec.selector.matchLabels,
      budget.spec.selector.matchLabels,
      service.spec.selector,
    ]) {
      expect(labels).toMatchObject(selector);
    }
    for (const { labelSelector } of pod.topologySpreadConstraints)
      expect(labels).toMatchObject(labelSelector.matchLabels);
    expect(autoscaler.spec.scaleTargetRef).toEqual({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      name: deployment.metadata.name,
    });
    expect(service.spec.ports[0].targetPort).toBe(container.ports[0].name);
    expect(deployment.spec.template.metadata.annotations['prometheus.io/port']).toBe(
      String(container.ports[0].containerPort),
    );
  });

  it('run the server with no more rights than it needs', () => {
    expect(pod).toMatchObject({
      automountServiceAccountToken: false,
      securityContext: { runAsNonRoot: true, runAsUser: 65532, seccompProfile: { type: 'RuntimeDefault' } },
    });
    expect(read('Dockerfile')).toContain(`USER ${pod.securityContext.runAsUser}\n`);
    expect(container.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
  });

  it('give it the memory and the time that it may take', () => {
    for (const name of Object.keys(env)) expect(VARIABLES).toContain(name);
    expect(container.resources.limits.memory).toBe('1Gi');
    expect(memoryMb(env)).toBeLessThanOrEqual(1024);
    expect(pod.terminationGracePeriodSeconds).toBeGreaterThan(drainSeconds(env));
    // So long it is still asked whether it is ready, and sent requests by those who have not asked.
    const { periodSeconds, failureThreshold } = container.readinessProbe;
    expect(Number(env.DRAIN_DELAY_MS) / 1000).toBeGreaterThan(periodSeconds * failureThreshold);
    // The server itself is to replace a worker that hangs, before the whole pod is.
    const { livenessProbe } = container;
    const hangSeconds = settingOf('WORKERS_HANG_MS') / 1000;
    expect(livenessProbe.periodSeconds * livenessProbe.failureThreshold).toBeGreaterThan(2 * hangSeconds);
  });

  it('scale by the CPU and by the queue, as the metric that the server gives and the adapter passes on (C2)', () => {
    const [cpu, queue] = autoscaler.spec.metrics;
    expect(cpu.resource.name).toBe('cpu');
    expect(container.resources.requests.cpu).toBeDefined();
    const { name } = queue.pods.metric;
    const source = readFileSync(join(DEPLOYMENT, '../src/metrics/pool-metrics.mjs'), 'utf8');
    expect(`moderation_${/'(worker_queue_texts)'/.exec(source)?.[1]}`).toBe(name);
    const [rule] = readYaml('kubernetes/prometheus-adapter.yaml').rules.custom;
    expect(rule.seriesQuery.startsWith(`${name}{`)).toBe(true);
    expect(rule.name).toEqual({ matches: `^${name}$`, as: name });
    expect(env.WORKERS_INITIAL).toBe(env.WORKERS_MAXIMUM);
    const { minReplicas } = autoscaler.spec;
    expect(minReplicas).toBeGreaterThan(budget.spec.maxUnavailable);
  });
});

/** What the compiler says of objects that should be of a package's types: of unknown fields too, which schemas let pass. */
function typeErrors(manifests: readonly { value: unknown; type: string; module: string }[]): string[] {
  const file = join(import.meta.dirname, 'manifests.ts');
  const source = manifests
    .map(({ value, type, module }) => {
      const from = `import type { ${type} } from 'kubernetes-models/${module}';`;
      return `${from}\nexport const of${type}: ${type} = ${JSON.stringify(value)};`;
    })
    .join('\n');
  const options: ts.CompilerOptions = {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    types: [],
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
  };
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists } = host;
  host.fileExists = (path) => path === file || fileExists(path);
  host.getSourceFile = (path, target) =>
    path === file ? ts.createSourceFile(path, source, target) : getSourceFile(path, target);
  return ts
    .getPreEmitDiagnostics(ts.createProgram([file], options, host))
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '));
}
