import { Injectable } from '@nestjs/common';
import { SettingsStore } from '../../platform/settings/settings-store';
import { TaskSettings } from './task.settings';
import { fromTasksConfig, toTasksConfig, type TasksConfig } from './tasks-config.dto';

@Injectable()
export class TasksConfigService {
  constructor(
    private readonly settings: TaskSettings,
    private readonly store: SettingsStore,
  ) {}

  get(): TasksConfig {
    return toTasksConfig(this.settings);
  }

  async update(config: TasksConfig): Promise<TasksConfig> {
    await this.store.save(TaskSettings, fromTasksConfig(config));
    return this.get();
  }
}
