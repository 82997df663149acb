/** All running tasks that the caller may see. */
export class TasksResponse {
  /** Task ids, oldest first. */
  tasks: string[];
}

/** The running tasks of one chat. */
export class ChatTasksResponse {
  /** Task ids, oldest first; any of them: the chat waits for a reply. */
  task_ids: string[];
}

/** The outcome of a request to stop a task. */
export class StopTaskResponse {
  /** False: there is no such task, or it is not the caller's. */
  status: boolean;

  /** The outcome in words. */
  message: string;
}
