import { Injectable } from '@nestjs/common';
import { ExtractionSettings } from '../extraction.settings';
import type { ExtractionInput } from '../extraction.types';
import { CloudEnginesService } from './cloud-engines.service';
import type { ExtractionEngine } from './extraction-engine';
import { MarkerEngineService } from './marker-engine.service';
import { MineruEngineService } from './mineru-engine.service';
import { ServerEnginesService } from './server-engines.service';

/** The external engines by their name. */
@Injectable()
export class EnginesService {
  private readonly engines: ReadonlyMap<string, ExtractionEngine>;

  constructor(
    private readonly settings: ExtractionSettings,
    servers: ServerEnginesService,
    clouds: CloudEnginesService,
    marker: MarkerEngineService,
    mineru: MineruEngineService,
  ) {
    const all = [...servers.engines, ...clouds.engines, marker, mineru];
    this.engines = new Map(all.map((engine) => [engine.name, engine]));
  }

  /** The selected engine, when it is configured and reads this type; else undefined. */
  find(file: ExtractionInput): ExtractionEngine | undefined {
    const engine = this.engines.get(this.settings.content_extraction_engine);
    return engine?.handles(file) === true ? engine : undefined;
  }
}
