"""What stands behind the notebooks, in seven rooms.

`command` (what you type), `notebooks` (how they are built and handed out), `views` (what is seen),
`exercises` (what is checked), `derivations` (proofs, line by line), `lessons` (the content),
`grading` (from a class's notebooks to points).
"""
