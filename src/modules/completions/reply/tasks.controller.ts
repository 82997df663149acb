import { Controller, Get, Param, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ApiAuth, CurrentPrincipal } from '../../../common/auth/access-rules';
import type { Principal } from '../../../common/auth/principal';
import { ChatTasksResponse, StopTaskResponse, TasksResponse } from './tasks.dto';
import { TasksService } from './tasks.service';

@ApiTags('tasks')
@ApiAuth()
@Controller('api/tasks')
export class TasksController {
  constructor(private readonly tasks: TasksService) {}

  /** The user's own running replies; administrators get those of all users. */
  @Get()
  list(@CurrentPrincipal() principal: Principal): Promise<TasksResponse> {
    return this.tasks.list(principal);
  }

  /** Running replies in a chat of the user; none for any other chat. */
  @Get('chat/:chat_id')
  listOfChat(@CurrentPrincipal() principal: Principal, @Param('chat_id') chatId: string): Promise<ChatTasksResponse> {
    return this.tasks.listOfChat(principal, chatId);
  }

  /** Stops a reply of the user, or of any user for administrators; the text so far remains. */
  @Post('stop/:task_id')
  stop(@CurrentPrincipal() principal: Principal, @Param('task_id') taskId: string): Promise<StopTaskResponse> {
    return this.tasks.stop(principal, taskId);
  }
}
