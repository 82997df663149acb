import { Body, Controller, Get, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiAuth, CurrentPrincipal, Roles } from '../../../common/auth/access-rules';
import type { Principal } from '../../../common/auth/principal';
import { PermissionTree } from './permission-tree.dto';
import { PermissionsService } from './permissions.service';

@ApiTags('users')
@ApiAuth()
@Controller('api/v1/users')
export class PermissionsController {
  constructor(private readonly permissions: PermissionsService) {}

  @ApiOperation({ summary: 'Own permissions: the defaults and those of the groups' })
  @Get('permissions')
  getOwn(@CurrentPrincipal() principal: Principal): Promise<PermissionTree> {
    return this.permissions.treeFor(principal);
  }

  @ApiOperation({ summary: 'Default permissions of all users' })
  @Roles('admin')
  @Get('default/permissions')
  getDefaults(): PermissionTree {
    return this.permissions.getDefaults();
  }

  @ApiOperation({ summary: 'Replace the default permissions; absent keys get their defaults' })
  @Roles('admin')
  @Post('default/permissions')
  saveDefaults(@Body() tree: PermissionTree): Promise<PermissionTree> {
    return this.permissions.saveDefaults(tree);
  }
}
