type Site::Port = Integer[1, 65535]
