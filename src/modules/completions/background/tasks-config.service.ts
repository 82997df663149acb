import { Injectable } from '@nestjs/common';
import { SettingsPage } from '../../../platform/settings/settings-page';
import { SettingsStore } from '../../../platform/settings/settings-store';
import { TaskSettings } from './task.settings';
import { fromTasksConfig, toTasksConfig, type TasksConfig } from './tasks-config.dto';

/** What administrators say about the small generations beside replies. */
@Injectable()
export class TasksConfigService extends SettingsPage<TaskSettings, TasksConfig> {
  protected readonly form = { section: TaskSettings, show: toTasksConfig, read: fromTasksConfig };

  constructor(settings: TaskSettings, store: SettingsStore) {
    super(settings, store);
  }
}
