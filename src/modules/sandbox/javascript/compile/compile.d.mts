import type { JsonObject } from '../../../../common/util/json';
import type { SandboxSource, SourceKind, ToolSpec } from '../../sandbox.types';

export type Slot =
  | { kind: 'argument' | 'rest' | 'injected'; name: string }
  | { kind: 'context' }
  | { kind: 'fields'; names: string[]; hasRest: boolean };

export interface CompiledSource {
  module: string;
  kind: SourceKind;
  entry: 'class' | 'module';
  specs: ToolSpec[];
  slots: Record<string, Slot[]>;
  valves: JsonObject | null;
  userValves: JsonObject | null;
}

export function compile(source: Pick<SandboxSource, 'code' | 'expects'>): CompiledSource;
