"""Keys: who may unwrap what. Key ids read `<owner>.<purpose>.<number>`, for example `police.caledon.sign.1`."""
