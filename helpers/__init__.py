"""What stands behind the notebooks, in six rooms.

`command` (what you type), `notebooks` (how they are built and handed out), `views` (what is seen),
`exercises` (what is checked), `derivations` (proofs, line by line), `lessons` (the content).
"""
