"""Keys of the whole window: their list, the key of menus, and those that take back."""
