/** The running tasks visible to the user. */
export class TasksResponse {
  /** Task ids, oldest first. */
  tasks: string[];
}

/** The running tasks of one chat. */
export class ChatTasksResponse {
  /** Task ids, oldest first; not empty while the chat has a running reply. */
  task_ids: string[];
}

/** The result of a request to stop a task. */
export class StopTaskResponse {
  /** False for an unknown task, or one of another user. */
  status: boolean;

  /** The result as text. */
  message: string;
}
