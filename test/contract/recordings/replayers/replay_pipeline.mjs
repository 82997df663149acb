#!/usr/bin/env node
// node replay_pipeline.mjs BASE pipeline.jsonl [--defects] [--verbose] [--only=ID]   (env LLM: a running fake_llm.mjs, SIO_MODULES: directory whose node_modules hold socket.io-client)
import fs from 'node:fs';
import { Bindings, compare, send, fillRequest, check } from './replay.mjs';
import { runScenario, closeAll } from './pipeline_core.mjs';
const a = process.argv.slice(2),
  f = a.filter((x) => !x.startsWith('--')),
  defects = a.includes('--defects'),
  verbose = a.includes('--verbose'),
  only = a.find((x) => x.startsWith('--only='))?.slice(7);
const base = f[0].replace(/\/$/, ''),
  B = new Bindings(base);
let n = 0,
  bad = 0,
  skip = 0;
for (const line of fs.readFileSync(f[1], 'utf8').split('\n')) {
  if (!line.trim()) continue;
  const x = JSON.parse(line);
  if (!x.request) continue;
  n++;
  if (x.wait_ms) await new Promise((r) => setTimeout(r, x.wait_ms));
  let d = [];
  try {
    if (!x.scenario) {
      const got = await send(base, fillRequest(x, B)),
        w = x.defect && !defects ? x.better : x.response;
      if (w) d = check(w, got, B);
      else skip++;
    } else if (only && x.id !== only) continue;
    else {
      const got = await runScenario(base, B, x.scenario === true ? x : x.scenario),
        w = x.defect && !defects ? x.better : x.expect;
      if (w) {
        for (const k of Object.keys(w)) compare(w[k], got[k], B, k, d);
      } else {
        skip++;
        for (const k of Object.keys(x.expect)) compare(x.expect[k], got[k], B, k, []);
      }
    }
  } catch (e) {
    d = [String(e.stack ?? e)];
  }
  if (d.length) {
    bad++;
    console.log(`FAIL ${x.id} ${x.title}`);
    for (const l of d.slice(0, 10)) console.log('     ' + l);
  } else if (verbose) console.log('ok   ' + x.id + ' ' + x.title);
}
console.log(`${f[1]}: ${n} lines, ${n - bad - skip} ok, ${bad} failed, ${skip} defects not compared`);
closeAll();
process.exit(bad ? 1 : 0);
