// openapi.json against the rules of two linters, all of them: a warning fails too. The one that is
// ignored is in .redocly.lint-ignore.yaml and .spectral.yaml.
import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {test} from 'node:test';
import {fileURLToPath} from 'node:url';

const folder = fileURLToPath(new URL('.', import.meta.url));
const document = fileURLToPath(new URL('../../src/server/api/openapi.json', import.meta.url));

function run(program, ...args) {
  const environment = {...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true'};
  const result = spawnSync(`${folder}node_modules/.bin/${program}`, args,
                           {cwd: folder, encoding: 'utf8', env: environment});
  assert.equal(result.error, undefined);
  return result;
}

test('redocly has nothing to say', () => {
  const {stdout, stderr} = run('redocly', 'lint', '--format=json', document);
  const {totals, problems} = JSON.parse(stdout.slice(stdout.indexOf('{')));
  assert.deepEqual(problems.map(({ruleId, message}) => `${ruleId}: ${message}`), [], stderr);
  assert.deepEqual(totals, {errors: 0, warnings: 0, ignored: 1});
});

test('spectral has nothing to say', () => {
  const {stdout, stderr} =
      run('spectral', 'lint', '--format=json', '--quiet', '--fail-severity=hint', document);
  assert.deepEqual(JSON.parse(stdout.slice(stdout.indexOf('['), stdout.lastIndexOf(']') + 1))
                       .map(({code, message, path}) => `${path.join('/')}: ${code}: ${message}`),
                   [], stderr);
});
