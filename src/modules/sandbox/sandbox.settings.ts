import { IsArray, IsBoolean, IsInt, IsNumber, IsString, Min } from 'class-validator';
import { Env, EnvAs, SettingsSection } from '../../platform/settings/decorators';
import { someCommaSeparated } from '../../platform/settings/env-parsers';

/** Limits of the processes that run code of users. They apply to the next process, call or request. */
@SettingsSection('sandbox')
export class SandboxSettings {
  /** Processes at once, over all languages. Further calls wait. */
  @Env('SANDBOX_MAX_PROCESSES')
  @IsInt()
  @Min(1)
  max_processes = 16;

  /** Megabytes of all processes together. No process is started beyond it; when they grow beyond it, the largest is ended. */
  @Env('SANDBOX_MAX_MEMORY_MB')
  @IsInt()
  @Min(256)
  max_memory_mb = 3072;

  /** Megabytes of one process, of which about 200 are the Python interpreter. */
  @Env('SANDBOX_PROCESS_MEMORY_MB')
  @IsInt()
  @Min(256)
  process_memory_mb = 512;

  /** Idle processes held ready for the next source while the sandbox is in use. */
  @Env('SANDBOX_SPARE_PROCESSES')
  @IsInt()
  @Min(0)
  spare_processes = 1;

  /** Seconds after which an unused process ends. */
  @Env('SANDBOX_IDLE_SECONDS')
  @IsNumber()
  @Min(1)
  idle_seconds = 120;

  /** Seconds for one call, without the time in which it waits for the user, a model or another tool. */
  @Env('SANDBOX_CALL_SECONDS')
  @IsNumber()
  @Min(1)
  call_seconds = 300;

  /** Seconds of CPU time for one call. */
  @Env('SANDBOX_CPU_SECONDS')
  @IsNumber()
  @Min(1)
  cpu_seconds = 60;

  /** Seconds for loading a source, and for checking values of its valves. */
  @Env('SANDBOX_LOAD_SECONDS')
  @IsNumber()
  @Min(1)
  load_seconds = 30;

  /** Seconds that a call waits for a process. */
  @Env('SANDBOX_QUEUE_SECONDS')
  @IsNumber()
  @Min(1)
  queue_seconds = 60;

  /** Bytes of one result, one event, one streamed item or the printed text of a call. */
  @Env('SANDBOX_MAX_OUTPUT')
  @IsInt()
  @Min(1000)
  max_output = 8_000_000;

  /** Hosts that sources may reach over HTTP unless they have a list of their own, with their subdomains; those with `!` are refused. Empty: all. */
  @EnvAs(someCommaSeparated, 'SANDBOX_ALLOWED_HOSTS')
  @IsArray()
  @IsString({ each: true })
  allowed_hosts: string[] = [];

  /** Sources may reach hosts of private networks. Addresses of cloud metadata remain closed. */
  @Env('ENABLE_SANDBOX_LOCAL_HTTP')
  @IsBoolean()
  enable_local_http = false;

  /** Seconds for one HTTP request of a source, redirects included. */
  @Env('SANDBOX_HTTP_SECONDS')
  @IsNumber()
  @Min(1)
  http_seconds = 60;

  /** Bytes of one HTTP response, unpacked, and of one request. */
  @Env('SANDBOX_HTTP_MAX_SIZE')
  @IsInt()
  @Min(1)
  http_max_size = 20_000_000;

  /** HTTP requests of one call. */
  @Env('SANDBOX_HTTP_MAX_REQUESTS')
  @IsInt()
  @Min(0)
  http_max_requests = 200;

  /** Directory with wheels (`*.whl`) for the `requirements` of Python sources; empty for none. */
  @Env('SANDBOX_WHEEL_DIR')
  @IsString()
  wheel_dir = '';

  /** Directory for the memory snapshot of the Python interpreter (30 MB), which several servers may share; empty for `sandbox` below `DATA_DIR`. */
  @Env('SANDBOX_CACHE_DIR')
  @IsString()
  cache_dir = '';
}
